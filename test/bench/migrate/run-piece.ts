import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from '../../support/certificates.js';
import { startCountingSink } from '../../support/counting-sink.js';
import { runScript } from '../child.js';
import { cpuMicros, type Measure, perSecond } from '../measure.js';
import { databaseOf, mappingOf } from './database.js';
import type { Piece } from './pieces.js';
import { requireSameItems, startRecordingSink } from './proof.js';
import { type PieceResult, pieceResult } from './results.js';
import type { ContestantName, Task } from './task.js';

export const SCRIPTS = [
  'measure',
  ...['contestant', 'task', 'shape', 'item-pages', 'raw-pages', 'put-pages'].map((name) => `migrate/${name}`),
  ...['tablefold', 'handwritten', 'electrodb', 'toolbox', 'dynamoose', 'limit', 'attributes'].map(
    (name) => `migrate/contestants/${name}`,
  ),
];
const PROOF_ROWS = 500;
const dist = new URL('../../../dist/', import.meta.url).href;

/** Proves that all contestants write the same items, then runs them in turn, round by round. */
export async function runPiece(
  piece: Piece,
  engineUrl: string,
  say: (text: string) => void,
): Promise<PieceResult> {
  const { shape, engine, protocol, rows, rounds } = piece;
  const folder = await mkdtemp(join(tmpdir(), 'tablefold-bench-'));
  const task = { shape, dist, mappingFile: mappingOf(shape), bodiesFile: join(folder, 'bodies.json') };
  try {
    await writeFile(task.bodiesFile, JSON.stringify(await prove(piece, engineUrl, task)));
    const certificates = protocol === 'https' ? makeCertificates() : undefined;
    const identity = certificates && { key: certificates.serverKey, cert: certificates.server };
    const trust = certificates && join(folder, 'authority.pem');
    if (certificates && trust) await writeFile(trust, certificates.authority);
    await using database = await databaseOf(engine, engineUrl, shape, rows);
    say(`${shape}, ${engine}, ${protocol}: ${rows} rows, ${rounds} rounds after a warm-up`);
    const measures = new Map<ContestantName, Measure[]>(piece.contestants.map((name) => [name, []]));
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, list] of measures) {
        await using sink = await startCountingSink({ identity });
        const measure = await runScript<Measure>(
          'migrate/contestant',
          { ...task, name, sourceUrl: database.url, endpoint: sink.url } satisfies Task,
          { trust },
        );
        const { items } = await sink.counts();
        if (measure.items !== rows || items !== rows)
          throw new Error(`${name} says ${measure.items} of ${rows} items, the sink counted ${items}`);
        if (round > 0) list.push(measure);
        const when = round === 0 ? 'warm-up' : `round ${round}`;
        say(
          `  ${when}  ${name}  ${perSecond(measure)} items/s  ${cpuMicros(measure)} µs CPU an item  ${Math.round(measure.peakMb)} MB`,
        );
      }
    }
    return pieceResult(piece, measures);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** All contestants write the same items of a few hundred rows; answers the bodies in which tablefold sent them. */
async function prove(
  { shape, engine, contestants }: Piece,
  engineUrl: string,
  task: Omit<Task, 'name' | 'sourceUrl' | 'endpoint'>,
): Promise<readonly string[]> {
  await using database = await databaseOf(engine, engineUrl, shape, PROOF_ROWS);
  const recorded = async (name: ContestantName) => {
    await using sink = await startRecordingSink();
    await runScript<Measure>('migrate/contestant', {
      ...task,
      name,
      sourceUrl: database.url,
      endpoint: sink.url,
    } satisfies Task);
    return sink;
  };
  const mine = await recorded('tablefold');
  for (const name of contestants) {
    if (name === 'tablefold' || name === 'limit') continue; // the limit sends tablefold's bodies
    requireSameItems(mine.items, (await recorded(name)).items, name, PROOF_ROWS);
  }
  return mine.bodies.filter((body) => body.split('"PutRequest"').length === 26);
}

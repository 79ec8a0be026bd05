import type { CountingSinkOptions } from '../support/counting-sink.js';
import { startCountingSink } from '../support/counting-sink.js';
import { buildScripts, runScript } from './child.js';
import type { Measure } from './measure.js';
import { databaseOf, mappingOf } from './migrate/database.js';
import type { EngineName } from './migrate/task.js';

const DIST = new URL('../../dist/', import.meta.url).href;

/** One way to run `migrate` alone. */
export interface AloneCase {
  readonly name: string;
  readonly shape: Parameters<typeof mappingOf>[0];
  readonly rows: number;
  readonly threads?: number | undefined;
  readonly sink?: CountingSinkOptions | undefined;
  /** URL of the build that runs; default: this one. */
  readonly dist?: string | undefined;
  /** Flags for Node, before the script. */
  readonly nodeFlags?: readonly string[] | undefined;
}

export function buildAlone(): Promise<void> {
  return buildScripts(['measure', 'migrate-alone', 'migrate/contestants/tablefold']);
}

/** Runs each of the cases in turn, so many rounds, on one database of each shape and size; tells each measure. */
export async function runAlone(
  cases: readonly AloneCase[],
  engine: EngineName,
  engineUrl: string,
  rounds: number,
  each: (of: AloneCase, measure: Measure) => void,
): Promise<void> {
  const databases = new Map<string, readonly AloneCase[]>();
  for (const one of cases) {
    const id = `${one.shape} ${one.rows}`;
    databases.set(id, [...(databases.get(id) ?? []), one]);
  }
  for (const group of databases.values()) {
    const [{ shape, rows }] = group as [AloneCase];
    await using database = await databaseOf(engine, engineUrl, shape, rows);
    for (let round = 0; round < rounds; round += 1) {
      for (const one of group) {
        await using sink = await startCountingSink(one.sink);
        const { threads, dist = DIST, nodeFlags } = one;
        const task = { sourceUrl: database.url, endpoint: sink.url, dist, threads };
        const measure = await runScript<Measure>(
          'migrate-alone',
          { ...task, mappingFile: mappingOf(shape) },
          { nodeFlags },
        );
        if (measure.items !== rows) throw new Error(`${one.name}: ${measure.items} of ${rows} items`);
        each(one, measure);
      }
    }
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadedMapping, loadMapping } from '../../../src/mapping/load-mapping.js';
import { resolveTable } from '../../../src/mapping/resolve/resolve-table.js';
import { diff } from '../../../src/operations/diff.js';
import { migrate } from '../../../src/operations/migrate.js';
import { plan } from '../../../src/operations/plan.js';
import { createMeter, type Meter } from '../../../src/pipeline/meter.js';
import { memorySink } from '../../../src/sink/memory/memory-sink.js';
import { openSource } from '../../../src/source/open-source.js';
import type { Snapshot, SnapshotOptions, Source } from '../../../src/source/source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { startPrivately } from '../../support/engines/resolve-engines.js';
import { createMySqlDatabase, numbers } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';

/** Two chunks of diff and some more. */
const ROWS = 21_000;
const MAPPING = `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Order: { from: orders, items: { main: { key: { pk: 'ORDER#{id}', sk: ORDER } } } }
`;
const TABLES = `
  CREATE TABLE orders (id int PRIMARY KEY, note varchar(100) NOT NULL);
  INSERT INTO orders SELECT seq, concat('note ', seq) FROM NUMBERS;`;

describe.each(['postgres', 'mariadb'] as const)('%s killed in the middle of reading', (name) => {
  let engine: Awaited<ReturnType<typeof startPrivately>>;
  let folder: string;
  let url: string;
  let mapping: LoadedMapping;
  const { signal } = new AbortController();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablefold-outage-'));
    await writeFile(join(folder, 'shop.yaml'), MAPPING);
    mapping = await loadMapping(join(folder, 'shop.yaml'));
    engine = await startPrivately(name);
    const series = name === 'postgres' ? `generate_series(1, ${ROWS}) AS seq` : `${numbers(ROWS)} AS n`;
    const script = TABLES.replace('NUMBERS', series);
    ({ url } = await (name === 'postgres' ? createDatabase : createMySqlDatabase)(engine.url, script));
  }, 60_000);
  afterAll(async () => {
    await engine?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The source, whose server is killed before this chunk is read, and is back once `meter` tells of it. */
  function killedAt(chunk: string, source: Source, meter: Meter, back = true): Source {
    let killed = false;
    const kill = async () => {
      killed = true;
      engine.outage.kill();
      while (await isUp()) await delay(20);
      if (back) void missed(meter).then(engine.outage.start);
    };
    return instead(source, {
      openSnapshot: async (options: SnapshotOptions) => {
        const snapshot = await source.openSnapshot(options);
        return instead(snapshot, {
          async *readChunk(...[query, at, reading]: Parameters<Snapshot['readChunk']>) {
            if (at.id === chunk && !killed) await kill();
            yield* snapshot.readChunk(query, at, reading);
          },
        });
      },
    });
  }
  const isUp = () =>
    openSource(url).then(
      (source) => source[Symbol.asyncDispose]().then(() => true),
      () => false,
    );
  const missed = async (meter: Meter) => {
    while (meter.sourceAway === null) await delay(5);
  };
  const planned = (source: Source, meter: Meter, sourcePatienceMs?: number) =>
    plan({ mapping, source, chunkSize: 1000, samples: 0, meter, sourcePatienceMs, signal });

  it('plan goes on when it is back, and counts every row once', async () => {
    await using source = await openSource(url);
    const calm = await planned(source, createMeter());
    const meter = createMeter();
    const { entities, totals } = await planned(killedAt('Order/7', source, meter), meter);
    expect({ entities, totals }).toEqual({ entities: calm.entities, totals: calm.totals });
    expect(meter.rows).toBe(ROWS);
  });

  it('diff goes on when it is back, and finds no difference where there is none', async () => {
    await using source = await openSource(url);
    const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
    await migrate({ mapping, source, sink, state: memoryState(), signal });
    const meter = createMeter();
    const { rows, totals } = await diff({
      mapping,
      source: killedAt('Order/1', source, meter),
      sink,
      meter,
      signal,
    });
    expect([rows, totals.same, totals.missing, totals.different, totals.orphans]).toEqual([
      ROWS,
      ROWS,
      0,
      0,
      0,
    ]);
  });

  it('plan ends when it stays away for longer than --source-patience, and does not speak of a checkpoint', async () => {
    await using source = await openSource(url);
    const meter = createMeter();
    await expect(planned(killedAt('Order/7', source, meter, false), meter, 500)).rejects.toMatchObject({
      code: expect.stringMatching(/^SOURCE_(LOST|CONNECT|SNAPSHOT)$/),
      hint: expect.stringMatching(/^Run the same command again .*--source-patience/),
    });
  });
});

/** The object, with some methods of another make. */
function instead<Whole extends object>(whole: Whole, methods: Partial<Whole>): Whole {
  return new Proxy(whole, {
    get(target, name) {
      const own: unknown = Reflect.get(methods, name);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

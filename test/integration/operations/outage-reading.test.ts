import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderDiff } from '../../../src/cli/render-diff.js';
import { renderPlan } from '../../../src/cli/render-plan.js';
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
  let run: (sql: string) => Promise<unknown>;
  let mapping: LoadedMapping;
  const { signal } = new AbortController();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablefold-outage-'));
    await writeFile(join(folder, 'shop.yaml'), MAPPING);
    mapping = await loadMapping(join(folder, 'shop.yaml'));
    engine = await startPrivately(name);
    const series = name === 'postgres' ? `generate_series(1, ${ROWS}) AS seq` : `${numbers(ROWS)} AS n`;
    const script = TABLES.replace('NUMBERS', series);
    const database = await (name === 'postgres' ? createDatabase : createMySqlDatabase)(engine.url, script);
    url = database.url;
    run = (sql) => database.query(sql);
  }, 60_000);
  afterAll(async () => {
    await engine?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The source, whose server is killed before this chunk is read; `back` is told once `meter` tells of it. */
  function killedAt(chunk: string, source: Source, meter: Meter, back = () => engine.outage.start()): Source {
    let killed = false;
    const kill = async () => {
      killed = true;
      engine.outage.kill();
      while (await isUp()) await delay(20);
      void missed(meter).then(back);
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
  /** The source, with one column more once the server is back: before its tables are looked at again. */
  function altered(source: Source): Source {
    let discovered = 0;
    return instead(source, {
      async discover(...asked: Parameters<Source['discover']>) {
        discovered += 1;
        if (discovered === 2) await run('ALTER TABLE orders ADD COLUMN more int');
        return source.discover(...asked);
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
    const report = await planned(killedAt('Order/7', source, meter), meter);
    const { entities, totals } = report;
    expect({ entities, totals }).toEqual({ entities: calm.entities, totals: calm.totals });
    expect(meter.rows).toBe(ROWS);
    expect([calm.consistent, calm.snapshots.length]).toEqual([true, 1]);
    expect(report).toMatchObject({ consistent: false, snapshots: [{ why: 'begun' }, { why: 'lost' }] });
    expect(report.snapshots[1]?.chunksReadAgain).toContain('Order/7');
    expect(renderPlan(report, 'shop.yaml')).toMatch(
      /consistent: false; the source was lost and came back, .*Order\/7.*\n(snapshot .*\n){2}.*the same command again counts them/,
    );
  });

  it.each(['plan', 'diff'] as const)(
    '%s ends when the source comes back with other tables, and says what to do',
    async (command) => {
      await using source = await openSource(url);
      const meter = createMeter();
      const other = altered(killedAt('Order/1', source, meter));
      const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
      await expect(
        command === 'plan' ? planned(other, meter) : diff({ mapping, source: other, sink, meter, signal }),
      ).rejects.toMatchObject({
        code: 'SOURCE_CHANGED',
        hint: 'Run `tablefold check`, mend the mapping, and run the same command again.',
      });
      await run('ALTER TABLE orders DROP COLUMN more');
    },
  );

  it('diff goes on when it is back, and finds no difference where there is none', async () => {
    await using source = await openSource(url);
    const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
    await migrate({ mapping, source, sink, state: memoryState(), signal });
    const meter = createMeter();
    const report = await diff({ mapping, source: killedAt('Order/1', source, meter), sink, meter, signal });
    const { rows, totals } = report;
    expect([rows, totals.same, totals.missing, totals.different, totals.orphans]).toEqual([
      ROWS,
      ROWS,
      0,
      0,
      0,
    ]);
    expect(report).toMatchObject({ consistent: false, snapshots: [{ why: 'begun' }, { why: 'lost' }] });
    expect(renderDiff(report, { mapping: 'shop.yaml' })).toMatch(
      /consistent: false; the source was lost .*\n(snapshot .*\n){2}.*the same command again compares/,
    );
  });

  it('plan ends when it stays away for longer than --source-patience, and does not speak of a checkpoint', async () => {
    await using source = await openSource(url);
    const meter = createMeter();
    await expect(
      planned(
        killedAt('Order/7', source, meter, () => {}),
        meter,
        500,
      ),
    ).rejects.toMatchObject({
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

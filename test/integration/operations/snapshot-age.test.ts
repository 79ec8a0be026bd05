import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadMapping } from '../../../src/mapping/load-mapping.js';
import { resolveTable } from '../../../src/mapping/resolve/resolve-table.js';
import { migrate } from '../../../src/operations/migrate.js';
import { memorySink } from '../../../src/sink/memory/memory-sink.js';
import { openSource } from '../../../src/source/open-source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { createMySqlDatabase, numbers } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const ROWS = 1_000;
const MAPPING = `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Order: { from: orders, items: { main: { key: { pk: 'ORDER#{id}', sk: ORDER } } } }
`;
const TABLES = `
  CREATE TABLE orders (id int PRIMARY KEY, note varchar(100) NOT NULL);
  INSERT INTO orders SELECT seq, concat('note ', seq) FROM NUMBERS;`;
const ENGINES = {
  postgres: {
    url: requireEngine('postgres'),
    create: createDatabase,
    series: `generate_series(1, ${ROWS}) AS seq`,
  },
  mariadb: { url: requireEngine('mariadb'), create: createMySqlDatabase, series: `${numbers(ROWS)} AS n` },
} as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablefold-age-'));
  await writeFile(join(folder, 'shop.yaml'), MAPPING);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each(['postgres', 'mariadb'] as const)(
  'a snapshot of %s over --max-snapshot-age is given up for a new one, which the report says',
  async (name) => {
    const { url, create, series } = ENGINES[name];
    await using database = await create(url, TABLES.replace('NUMBERS', series));
    await using source = await openSource(database.url);
    const mapping = await loadMapping(join(folder, 'shop.yaml'));
    const table = resolveTable(mapping.mapping.table);
    const sink = memorySink({ table });
    let changed = false;
    const report = await migrate({
      mapping,
      source,
      sink,
      state: memoryState(),
      chunkSize: 50,
      sourceConcurrency: 2,
      // Two seconds for all rows.
      maxWriteUnits: 500,
      maxSnapshotAgeMs: 400,
      onPrepared: async () => {
        setTimeout(() => {
          changed = true;
          void database.query(`UPDATE orders SET note = 'later' WHERE id = ${ROWS}`);
        }, 100);
      },
      signal: new AbortController().signal,
    });
    expect(report.totals).toMatchObject({ rows: ROWS, written: ROWS });
    expect(report.consistent).toBe(false);
    const [first, ...others] = report.snapshots.map(({ why }) => why);
    expect(first).toBe('begun');
    expect(others.length).toBeGreaterThan(0);
    expect(new Set(others)).toEqual(new Set(['aged']));
    expect(changed).toBe(true);
    // What changed after the first snapshot is seen by a later one.
    const notes = [...sink.items.values()].flatMap(({ note }) =>
      note !== undefined && 'S' in note ? [note['S']] : [],
    );
    expect(notes.filter((note) => note === 'later')).toHaveLength(1);
  },
);

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { unprovedCopies } from '../../../src/mapping/check-mapping.js';
import { loadMapping, parseMapping } from '../../../src/mapping/load-mapping.js';
import { resolveTable } from '../../../src/mapping/resolve/resolve-table.js';
import { resolveMapping } from '../../../src/mapping/resolve-mapping.js';
import { diff } from '../../../src/operations/diff.js';
import { migrate } from '../../../src/operations/migrate.js';
import { plan } from '../../../src/operations/plan.js';
import { show } from '../../../src/operations/show.js';
import { memorySink } from '../../../src/sink/memory/memory-sink.js';
import { openSource } from '../../../src/source/open-source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { createMySqlDatabase, numbers } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const postgresUrl = requireEngine('postgres');
const mariadbUrl = requireEngine('mariadb');
const signal = new AbortController().signal;

const TABLES = `
  CREATE TABLE customers (id int PRIMARY KEY, name varchar(20) NOT NULL);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL, status varchar(10) NOT NULL,
    total decimal(30, 10) NOT NULL, units int, placed_at date NOT NULL,
    FOREIGN KEY (customer_id) REFERENCES customers (id));
  CREATE TABLE refunds (id int PRIMARY KEY, reason varchar(10), amount decimal(8, 2) NOT NULL);
  INSERT INTO customers VALUES (0, 'Zoe')`;
const ENGINES = {
  postgres: {
    create: () =>
      createDatabase(
        postgresUrl,
        `${TABLES};
         INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 9) n;
         INSERT INTO orders SELECT n, n % 10, 'S' || n % 3, n * 1.1, n, '2024-01-01' FROM generate_series(1, 500) n`,
      ),
  },
  mariadb: {
    create: () =>
      createMySqlDatabase(
        mariadbUrl,
        `${TABLES};
         INSERT INTO customers SELECT seq, concat('c', seq) FROM ${numbers(9)} n;
         INSERT INTO orders SELECT seq, seq % 10, concat('S', seq % 3), seq * 1.1, seq, '2024-01-01'
           FROM ${numbers(500)} n`,
      ),
  },
};

const GROUPED = (by: string) => `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Groups:
    from: refunds
    groupBy: [${by}]
    attributes: { refunds: { count: '*' } }
    items: { main: { key: { pk: 'REFUNDS', sk: '{${by}}' } } }
`;

describe.each(['postgres', 'mariadb'] as const)('groups of rows in %s', (engine) => {
  it('are planned, migrated, shown and compared as rows are', async () => {
    const mapping = await loadMapping(
      fileURLToPath(new URL('../../scenarios/singletons/mapping.yaml', import.meta.url)),
    );
    await using database = await ENGINES[engine].create();
    await using source = await openSource(database.url);
    const planned = await plan({ mapping, source, signal });
    const counts = new Map(planned.entities.map(({ entity, rows }) => [entity, rows]));
    expect(Object.fromEntries(counts)).toEqual({
      Order: 500,
      OrderTotals: 1,
      OrdersOfStatus: 3,
      CustomerTotals: 10,
      Refunds: 1,
      RefundsByReason: 0,
    });

    const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
    const report = await migrate({ mapping, source, sink, state: memoryState(), chunkSize: 4, signal });
    expect(report.totals).toMatchObject({ rows: 515, written: 515, rejects: 0 });
    const totals = (report.entities.find(({ entity }) => entity === 'CustomerTotals') as { chunks: number })
      .chunks;
    expect(totals, '10 groups in chunks of 4').toBe(3);

    expect((await diff({ mapping, source, sink, signal })).totals).toMatchObject({
      missing: 0,
      different: 0,
    });
    await database.query(
      "INSERT INTO orders VALUES (501, 3, 'S1', 1, NULL, '2025-01-01'), (502, 3, 'S9', 1, NULL, '2024-01-01')",
    );
    const found: string[] = [];
    await diff({
      mapping,
      source,
      sink,
      signal,
      onDifference: async (difference) => {
        found.push(`${difference.kind} ${difference.entity} ${difference.source}`);
      },
    });
    expect(found.sort()).toEqual([
      'different CustomerTotals orders(customer_id)#3',
      'different OrderTotals orders()#1',
      'different OrdersOfStatus orders(status)#S1',
      'missing Order orders#501',
      'missing Order orders#502',
      'missing OrdersOfStatus orders(status)#S9',
    ]);

    const selection = { keys: ['customer_id=3'] };
    const shown = await show({ mapping, source, entities: ['CustomerTotals'], selection, signal });
    expect(shown.partitions[0]?.items[0]).toMatchObject({
      row: 'orders(customer_id)#3',
      key: { customer_id: '3' },
      item: { orders: { N: '52' }, last: { S: '2025-01-01' }, customerName: { S: 'c3' } },
    });
  });

  it('that NULL would name end the run before it writes', async () => {
    await using database = await ENGINES[engine].create();
    await database.query("INSERT INTO refunds VALUES (1, NULL, 1), (2, 'x', 1)");
    await using source = await openSource(database.url);
    const mapping = parseMapping(GROUPED('reason'), 'groups.yaml');
    const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
    await expect(migrate({ mapping, source, sink, state: memoryState(), signal })).rejects.toMatchObject({
      message: expect.stringMatching(/Groups.*reason.*NULL|NULL.*reason/s),
    });
    expect(sink.items.size).toBe(0);
  });

  it('is proved unique where all rows are one, and found where two copies of it have one key', async () => {
    await using database = await ENGINES[engine].create();
    await using source = await openSource(database.url);
    const schema = await source.discover(signal);
    const findings = (text: string) => {
      const { resolved } = resolveMapping(parseMapping(text, 'groups.yaml').mapping, schema);
      if (resolved === null) throw new Error('the mapping fits the tables');
      return unprovedCopies(resolved, schema).map(({ copy, other }) => [copy, other?.copy ?? null]);
    };
    const one = GROUPED('').replace("'{}'", 'ALL');
    expect(findings(one)).toEqual([]);
    expect(findings(one.replace('items: {', "items: { twin: { key: { pk: 'REFUNDS', sk: ALL } },"))).toEqual([
      ['main', 'twin'],
    ]);
    expect(findings(GROUPED('amount'))).toEqual([]);
    expect(findings(GROUPED('reason').replace("'{reason}'", "'{reason | lower}'"))).toEqual([['main', null]]);
  });
});

it('are never one of two texts that MariaDB holds to be equal', async () => {
  await using database = await ENGINES.mariadb.create();
  await database.query("INSERT INTO refunds VALUES (1, 'late', 1), (2, 'LATE', 1)");
  await using source = await openSource(database.url);
  const mapping = parseMapping(GROUPED('reason'), 'groups.yaml');
  const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
  await expect(migrate({ mapping, source, sink, state: memoryState(), signal })).rejects.toMatchObject({
    message: expect.stringMatching(/late/i),
  });
  expect(sink.items.size).toBe(0);
});

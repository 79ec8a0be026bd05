import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileMapping } from '../../../src/mapping/compile-mapping.js';
import { nothingMapped } from '../../../src/mapping/mapper.js';
import type { Mapping } from '../../../src/mapping/mapping.js';
import { resolveMapping } from '../../../src/mapping/resolve-mapping.js';
import { query } from '../../../src/operations/query.js';
import { memorySink } from '../../../src/sink/memory/memory-sink.js';
import type { ColumnType, SourceSchema } from '../../../src/source/source-schema.js';

/**
 * Whatever the keys, a pattern finds the rows that the same question asked of the rows finds, in the same
 * order: over texts around the separators, empty ones and ones that begin alike, negative numbers, shards.
 */
const TYPES = {
  id: { kind: 'integer', bits: 64, unsigned: false },
  customer: { kind: 'text', maxLength: null, padded: false },
  total: { kind: 'decimal', precision: 6, scale: 2 },
} as const satisfies { readonly [name: string]: ColumnType };

const SCHEMA: SourceSchema = {
  dialect: 'memory',
  defaultSchema: 'main',
  tables: [
    {
      schema: 'main',
      name: 'orders',
      kind: 'table',
      columns: Object.entries(TYPES).map(([name, type]) => ({
        name,
        type,
        nativeType: type.kind,
        nullable: false,
        generated: false,
      })),
      primaryKey: ['id'],
      uniqueKeys: [],
      foreignKeys: [],
      indexes: [['id']],
      estimatedRows: null,
    },
  ],
};

const C = 'C#{customer}';
const MAPPING = {
  version: 1,
  table: {
    name: 'shop',
    partitionKey: 'pk',
    sortKey: 'sk',
    indexes: { gsi1: { partitionKey: 'gpk', sortKey: 'gsk' } },
  },
  entities: {
    Order: {
      from: 'orders',
      items: {
        main: {
          key: { pk: C, sk: 'O#{total}#{id}' },
          indexes: { gsi1: { pk: 'ALL', sk: 'N#{customer}#{id}' } },
        },
        near: { key: { pk: C, sk: 'O"{id}' } },
        behind: { key: { pk: C, sk: 'O%#{id}' } },
        large: { key: { pk: 'LARGE', sk: 'T#{total | desc}#{id}' } },
        spread: { key: { pk: 'S#{id | shard(3)}', sk: '{total}#{id}' } },
      },
    },
  },
  accessPatterns: {
    all: { query: 'table', pk: C, sk: { beginsWith: 'O#' }, returns: 'Order' },
    exact: { query: 'table', pk: C, sk: 'O#{total}#{id}' },
    ofTotal: { query: 'table', pk: C, sk: { beginsWith: 'O#{total}' } },
    between: { query: 'table', pk: C, sk: { between: ['O#{a}', 'O#{b}'] } },
    gt: { query: 'table', pk: C, sk: { gt: 'O#{a}' } },
    gte: { query: 'table', pk: C, sk: { gte: 'O#{a}' } },
    lt: { query: 'table', pk: C, sk: { lt: 'O#{a}' } },
    lte: { query: 'table', pk: C, sk: { lte: 'O#{a}' }, descending: true },
    within: { query: 'table', pk: C, sk: { gt: 'O#{a}', lt: 'O#{b}' } },
    largest: { query: 'table', pk: 'LARGE', sk: { between: ['T#{a}', 'T#{b}'] } },
    largerThan: { query: 'table', pk: 'LARGE', sk: { gt: 'T#{a}' } },
    ofName: { query: 'gsi1', pk: 'ALL', sk: { beginsWith: 'N#{name}' } },
    namesBetween: { query: 'gsi1', pk: 'ALL', sk: { gte: 'N#{a}', lt: 'N#{b}' } },
    spread: { query: 'table', pk: 'S#{shard}' },
    spreadFrom: { query: 'table', pk: 'S#{shard}', sk: { gte: '{a}' }, descending: true },
    spreadOne: { query: 'table', pk: 'S#{id | shard(3)}', sk: '{total}#{id}' },
  },
} satisfies Mapping;

interface Order {
  readonly id: number;
  readonly customer: string;
  readonly total: number;
}

const money = (cents: number) => (cents / 100).toFixed(2);
const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const text = fc.string({
  unit: fc.constantFrom('a', 'b', '#', '%', '$', ' ', '!', '"', '\0', '😀'),
  maxLength: 3,
});
const cents = fc.integer({ min: -300, max: 300 });
const orders = fc.uniqueArray(
  fc.record({ id: fc.integer({ min: -30, max: 30 }), customer: text, total: cents }),
  { selector: ({ id }) => id, maxLength: 30 },
);

const byTotal = (a: Order, b: Order) => a.total - b.total || a.id - b.id;
const byName = (a: Order, b: Order) => bytes(a.customer, b.customer) || a.id - b.id;
const turned = (order: (a: Order, b: Order) => number) => (a: Order, b: Order) => order(b, a);
const largest = (a: Order, b: Order) => b.total - a.total || a.id - b.id;

interface Question {
  readonly parameters: { readonly [name: string]: string };
  readonly holds: (order: Order) => boolean;
  readonly order: (a: Order, b: Order) => number;
  readonly copy?: string;
}

/** The same questions asked of the rows. */
function questions(one: Order, a: number, b: number, from: string, to: string) {
  const of = ({ customer }: Order) => customer === one.customer;
  const { customer } = one;
  const [A, B] = [money(a), money(b)];
  return {
    all: { parameters: { customer }, holds: of, order: byTotal },
    exact: {
      parameters: { customer, total: money(one.total), id: String(one.id) },
      holds: ({ id }: Order) => id === one.id,
      order: byTotal,
    },
    ofTotal: {
      parameters: { customer, total: A },
      holds: (row: Order) => of(row) && row.total === a,
      order: byTotal,
    },
    between: {
      parameters: { customer, a: A, b: B },
      holds: (row: Order) => of(row) && row.total >= a && row.total <= b,
      order: byTotal,
    },
    gt: { parameters: { customer, a: A }, holds: (row: Order) => of(row) && row.total > a, order: byTotal },
    gte: { parameters: { customer, a: A }, holds: (row: Order) => of(row) && row.total >= a, order: byTotal },
    lt: { parameters: { customer, a: A }, holds: (row: Order) => of(row) && row.total < a, order: byTotal },
    lte: {
      parameters: { customer, a: A },
      holds: (row: Order) => of(row) && row.total <= a,
      order: turned(byTotal),
    },
    within: {
      parameters: { customer, a: A, b: B },
      holds: (row: Order) => of(row) && row.total > a && row.total < b,
      order: byTotal,
    },
    largest: {
      parameters: { a: A, b: B },
      holds: ({ total }: Order) => total >= a && total <= b,
      order: largest,
      copy: 'large',
    },
    largerThan: {
      parameters: { a: A },
      holds: ({ total }: Order) => total > a,
      order: largest,
      copy: 'large',
    },
    ofName: { parameters: { name: customer }, holds: of, order: byName },
    namesBetween: {
      parameters: { a: from, b: to },
      holds: (row: Order) => bytes(row.customer, from) >= 0 && bytes(row.customer, to) < 0,
      order: byName,
    },
    spread: { parameters: {}, holds: () => true, order: byTotal, copy: 'spread' },
    spreadFrom: {
      parameters: { a: A },
      holds: ({ total }: Order) => total >= a,
      order: turned(byTotal),
      copy: 'spread',
    },
    spreadOne: {
      parameters: { id: String(one.id), total: money(one.total) },
      holds: ({ id }: Order) => id === one.id,
      order: byTotal,
      copy: 'spread',
    },
  } satisfies { readonly [Name in keyof typeof MAPPING.accessPatterns]: Question };
}

const { resolved, problems } = resolveMapping(MAPPING, SCHEMA);
const [mapper] = resolved === null ? [] : compileMapping(resolved).entities;
if (resolved === null || mapper === undefined) throw new Error(JSON.stringify(problems));

async function sinkOf(rows: readonly Order[]) {
  const made = nothingMapped();
  for (const { id, customer, total } of rows) {
    mapper?.map(
      { row: cells({ id: String(id), customer, total: money(total) }), children: [], overflow: false },
      made,
    );
  }
  const { table } = resolved as NonNullable<typeof resolved>;
  const sink = memorySink({ table, limits: { batchItems: 1000, batchBytes: 1e9 } });
  const writer = await sink.openWriter('overwrite');
  if (made.items.length > 0) await writer.write(made.items, new AbortController().signal);
  return sink;
}

function cells(row: { readonly [column: string]: string }): readonly string[] {
  return mapper?.query.columns.map(({ column }) => row[column.name] ?? '') ?? [];
}

it('a pattern finds what a filter over all rows finds, page by page, in the order of the keys', async () => {
  const loaded = { mapping: MAPPING, file: 'shop.yaml', digest: '', place: () => null };
  await fc.assert(
    fc.asyncProperty(
      orders,
      fc.nat(),
      cents,
      cents,
      text,
      text,
      fc.integer({ min: 1, max: 7 }),
      async (rows, pick, a, b, from, to, limit) => {
        const one = rows[pick % Math.max(1, rows.length)] ?? { id: 1, customer: 'a', total: 100 };
        const sink = await sinkOf(rows);
        for (const [pattern, { parameters, holds, order, ...rest }] of Object.entries<Question>(
          questions(one, a, b, from, to),
        )) {
          const found: string[] = [];
          let pageToken: string | undefined;
          do {
            const report = await query({
              mapping: loaded,
              resolved,
              sink,
              pattern,
              parameters: new Map(Object.entries(parameters)),
              limit,
              pageToken,
              signal: new AbortController().signal,
            });
            found.push(...report.items.map(({ copy, key }) => `${copy} ${key['id']}`));
            pageToken = report.nextPageToken ?? undefined;
          } while (pageToken !== undefined);
          const expected = rows
            .filter(holds)
            .sort(order)
            .map(({ id }) => `${rest.copy ?? 'main'} ${id}`);
          expect(found, `${pattern} ${JSON.stringify(parameters)}`).toEqual(expected);
        }
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

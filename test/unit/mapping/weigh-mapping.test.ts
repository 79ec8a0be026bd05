import { describe, expect, it } from 'vitest';
import type { EntityMapping, TableDesign } from '../../../src/mapping/mapping.js';
import { resolveMapping } from '../../../src/mapping/resolve-mapping.js';
import { weighMapping } from '../../../src/mapping/weigh-mapping.js';
import type { SourceSchema, TableSchema } from '../../../src/source/source-schema.js';
import type { ColumnStatistics } from '../../../src/source/source-statistics.js';
import { table } from './shop.js';

const sized = (schema: TableSchema, estimatedRows: number | null): TableSchema => ({
  ...schema,
  estimatedRows,
});
const orders = table(
  'orders',
  {
    id: 'bigint',
    customer_id: 'bigint',
    status: 'status',
    gift: 'boolean',
    country: 'text',
    note: 'text',
    placed_at: 'timestamptz',
  },
  { references: { customer_id: ['customers', 'id'] }, indexes: [['customer_id']] },
);
const customers = table('customers', { id: 'bigint', name: 'text' });

function warnings(
  entity: Partial<EntityMapping>,
  statistics: readonly Partial<ColumnStatistics>[] = [],
  rows = { orders: 2_000_000 as number | null, customers: 1000 },
  indexes: TableDesign['indexes'] = { gsi1: { partitionKey: 'g', sortKey: 'h' } },
): string[] {
  const schema: SourceSchema = {
    dialect: 'memory',
    defaultSchema: 'public',
    tables: [sized(orders, rows.orders), sized(customers, rows.customers)],
  };
  const { resolved, problems } = resolveMapping(
    {
      version: 1,
      table: {
        name: 'shop',
        partitionKey: 'pk',
        sortKey: 'sk',
        indexes,
      },
      entities: {
        Order: { from: 'orders', items: { main: { key: { pk: 'ORDER#{id}', sk: 'ORDER' } } }, ...entity },
      },
    },
    schema,
  );
  if (resolved === null) throw new Error(JSON.stringify(problems));
  const known = statistics.map((each) => ({
    table: { schema: 'public', name: 'orders' },
    column: '',
    distinct: null,
    commonest: null,
    averageBytes: null,
    ...each,
  }));
  return weighMapping(resolved, schema, known).map(
    ({ code, message, path }) => `${code} ${path.slice(2).join('.')}: ${message}`,
  );
}

const keyed = (pk: string, sk = '{id}') => ({ items: { main: { key: { pk, sk } } } });

describe('what the source knows of its rows', () => {
  it.each([
    ['STATUS#{status}', 'about 3 partitions'],
    ['GIFT#{gift}', 'about 2 partitions'],
    ['ORDERS', 'one partition'],
    ['COUNTRY#{country | lower}', 'about 12 partitions'],
    ['ORDER#{id | shard(4)}', 'about 4 partitions'],
  ])('warns of a partition key of few values: %s', (pk, where) => {
    const found = warnings(keyed(pk), [{ column: 'country', distinct: 12 }]);
    expect(found).toEqual([
      `PARTITION_FEW_VALUES items.main.key.pk: about 2,000,000 rows of orders go to ${where}`,
    ]);
  });

  it.each([
    'CUSTOMER#{customer_id}',
    'STATUS#{status}#{id | shard(64)}',
    'DAY#{placed_at | day}',
    'COUNTRY#{country}',
  ])('says nothing of one that has many, or of which nothing is known: %s', (pk) => {
    expect(warnings(keyed(pk), [{ column: 'customer_id', distinct: 1000, commonest: 0.001 }])).toEqual([]);
  });

  it('says nothing of small tables, and of those never analysed', () => {
    expect(warnings(keyed('ORDERS'), [], { orders: 500, customers: 10 })).toEqual([]);
    expect(warnings(keyed('ORDERS'), [], { orders: null, customers: 10 })).toEqual([]);
  });

  it('warns of a value that most rows have, in the key of an index as well', () => {
    const items = {
      main: {
        key: { pk: 'ORDER#{id}', sk: 'ORDER' },
        indexes: { gsi1: { pk: 'COUNTRY#{country}', sk: '{id}' } },
      },
    };
    expect(warnings({ items }, [{ column: 'country', distinct: 190, commonest: 0.62 }])).toEqual([
      'PARTITION_HOT items.main.indexes.gsi1.pk: one value of country is that of about 62 % of 2,000,000 rows: one hot partition',
    ]);
  });

  it('warns of a parent whose change rewrites many items', () => {
    const entity = { join: { customer: { via: 'customer_id', attributes: ['name'] } } };
    expect(warnings(entity)).toEqual([
      'PARENT_FAN_OUT join.customer: a change of one row of customers rewrites about 2,000 items of Order: 2,000,000 rows for 1,000, in main',
    ]);
    expect(warnings(entity, [], { orders: 2_000_000, customers: 1_000_000 })).toEqual([]);
  });

  it('warns of the parent whose children alone are over 400 KB', () => {
    const entity = {
      from: 'customers',
      embed: { orders: { from: 'orders', attributes: ['id', 'placed_at'] } },
      items: { main: { key: { pk: 'CUSTOMER#{id}', sk: 'CUSTOMER' } } },
    };
    const statistics = [
      { column: 'customer_id', distinct: 900, commonest: 0.05 },
      { column: 'id', averageBytes: 8 },
      { column: 'placed_at', averageBytes: 8 },
    ];
    expect(warnings(entity, statistics)).toEqual([
      expect.stringMatching(
        /^EMBED_TOO_LARGE embed\.orders: one row of customers has about 100,000 orders of \d+ bytes, [\d,]+ KB in one item; 400 are allowed$/,
      ),
    ]);
    const few = [{ column: 'customer_id', distinct: 900, commonest: 0.01 }];
    expect(warnings(entity, few, { orders: 20_000, customers: 1000 })).toEqual([]);
  });

  it('warns of the partition key of an index over attributes as of any other', () => {
    const index = { byCountry: { partitionKey: ['_type', 'country'], sortKey: ['note'] } } as const;
    const of = (statistics: Partial<ColumnStatistics>) =>
      warnings({}, [{ column: 'country', ...statistics }], undefined, index);
    expect(of({ distinct: 12 })).toEqual([
      'PARTITION_FEW_VALUES byCountry.partitionKey: about 2,000,000 rows of orders go to about 12 partitions',
    ]);
    expect(of({ distinct: 190, commonest: 0.62 })).toEqual([
      'PARTITION_HOT byCountry.partitionKey: one value of country is that of about 62 % of 2,000,000 rows: one hot partition',
    ]);
    expect(of({ distinct: 190, commonest: 0.01 })).toEqual([]);
    expect(of({})).toEqual([]);
  });

  it('warns of what one partition key has over 10 GB, where there is a local index', () => {
    const local = { byTotal: { local: true, sortKey: 'lsi1' } } as const;
    const statistics = [
      { column: 'customer_id', distinct: 1000, commonest: 0.01 },
      { column: 'note', averageBytes: 1_000_000 },
    ];
    const entity = { ...keyed('CUSTOMER#{customer_id}'), oversize: 'split' } as const;
    expect(warnings(entity, statistics, undefined, local)).toEqual([
      'COLLECTION_TOO_LARGE items.main.key.pk: the items of one value of customer_id come to about 19 GB; with the local index byTotal, 10 are allowed',
    ]);
    expect(warnings(entity, statistics, undefined, {})).toEqual([]);
    expect(warnings(entity, statistics, { orders: 1_000_000, customers: 1000 }, local)).toEqual([]);
  });

  it('warns of items that are large on average, unless the mapping says what becomes of those over 400 KB', () => {
    const statistics = [{ column: 'note', averageBytes: 60_000 }];
    expect(warnings({}, statistics)).toEqual([
      'ITEM_LARGE : an average item of Order has about 59 KB; 400 are allowed',
    ]);
    expect(warnings({ oversize: 'gzip' }, statistics)).toEqual([]);
    expect(warnings({}, [{ column: 'note', averageBytes: 4000 }])).toEqual([]);
  });
});

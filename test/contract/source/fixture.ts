import type { Source } from '../../../src/source/source.js';

/** Tables as data: each adapter's fixture makes them in its own way. */
export interface FixtureTable {
  readonly name: string;
  readonly columns: readonly FixtureColumn[];
  readonly primaryKey: readonly string[] | null;
  readonly foreignKeys?: readonly FixtureForeignKey[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export type FixtureType = 'integer' | 'bigint' | 'numeric' | 'text' | 'uuid' | 'date';

export interface FixtureColumn {
  readonly name: string;
  readonly type: FixtureType;
  readonly nullable?: boolean;
}

export interface FixtureForeignKey {
  readonly columns: readonly string[];
  readonly table: string;
  readonly references: readonly string[];
}

/** One database with the fixture's tables in its default schema. */
export interface SourceFixture extends AsyncDisposable {
  open(): Promise<Source>;
  /** What another session writes, and commits. */
  insert(table: string, row: readonly (string | null)[]): Promise<void>;
  delete(table: string, column: string, value: string): Promise<void>;
}

export type MakeFixture = (tables: readonly FixtureTable[]) => Promise<SourceFixture>;

const uuid = (n: number) =>
  `0b5c9a6e-0000-4000-8000-${((n * 7919) % 100_000).toString(16).padStart(12, '0')}`;
const date = (n: number) => new Date(Date.UTC(1969, 11, 1) + n * 86_400_000 * 3).toISOString().slice(0, 10);
const TEXTS = [
  '',
  ' ',
  '%',
  '#',
  "o'Neill",
  'Zoë',
  'zoe',
  'a',
  'A',
  'b"c',
  '{x}',
  '\\',
  '😀',
  'ﬀ',
  'a,b',
  'ä',
];

/** Keys of every kind, with values whose order as text is not their order. */
export const KEY_TABLES: readonly FixtureTable[] = [
  keyTable('by_bigint', 'bigint', [
    '-9223372036854775808',
    '-10',
    '-9',
    '0',
    '2',
    '10',
    '9007199254740993',
    '9223372036854775806',
    '9223372036854775807',
  ]),
  keyTable('by_text', 'text', TEXTS),
  keyTable(
    'by_uuid',
    'uuid',
    Array.from({ length: 11 }, (_, n) => uuid(n)),
  ),
  keyTable(
    'by_date',
    'date',
    Array.from({ length: 23 }, (_, n) => date(n)),
  ),
  keyTable('empty', 'bigint', []),
  {
    name: 'by_pair',
    columns: [
      { name: 'label', type: 'text' },
      { name: 'region', type: 'text' },
      { name: 'no', type: 'integer' },
    ],
    primaryKey: ['region', 'no'],
    rows: ['', 'eu', 'us'].flatMap((region) =>
      ['-1', '2', '10', '9'].map((no) => [`${region}/${no}`, region, no]),
    ),
  },
];

function keyTable(name: string, type: FixtureType, keys: readonly string[]): FixtureTable {
  return {
    name,
    columns: [
      { name: 'id', type },
      { name: 'label', type: 'text' },
    ],
    primaryKey: ['id'],
    // Loaded backwards: what is read in key order was not stored in it.
    rows: keys.map((key, n) => [key, `row ${n}`]).reverse(),
  };
}

const ids = (count: number) => Array.from({ length: count }, (_, n) => String(n + 1));

/** customers 1 → n orders 1 → n lines n → 1 products; orders n ↔ n tags. Order 3 has no lines. */
export const SHOP_TABLES: readonly FixtureTable[] = [
  {
    name: 'customers',
    columns: [
      { name: 'id', type: 'bigint' },
      { name: 'name', type: 'text' },
      { name: 'parent_id', type: 'bigint', nullable: true },
    ],
    primaryKey: ['id'],
    rows: [
      ['1', 'Ada', null],
      ['2', 'Grace', '1'],
    ],
  },
  {
    name: 'products',
    columns: [
      { name: 'sku', type: 'text' },
      { name: 'name', type: 'text' },
    ],
    primaryKey: ['sku'],
    rows: [
      ['S1', 'Nut'],
      ['S2', 'Bolt'],
    ],
  },
  {
    name: 'tags',
    columns: [
      { name: 'id', type: 'integer' },
      { name: 'label', type: 'text' },
    ],
    primaryKey: ['id'],
    rows: [
      ['1', 'red'],
      ['2', 'blue'],
      ['10', 'green'],
    ],
  },
  {
    name: 'orders',
    columns: [
      { name: 'id', type: 'bigint' },
      // Not declared as a foreign key: 99 is nobody.
      { name: 'customer_id', type: 'bigint', nullable: true },
      { name: 'total', type: 'numeric', nullable: true },
    ],
    primaryKey: ['id'],
    rows: ids(12).map((id, n) => [id, [null, '1', '2', '99'][n % 4] ?? null, n % 5 === 0 ? null : `${n}.50`]),
  },
  {
    name: 'lines',
    columns: [
      { name: 'order_id', type: 'bigint' },
      { name: 'line_no', type: 'integer' },
      { name: 'sku', type: 'text' },
      { name: 'rank', type: 'integer', nullable: true },
    ],
    primaryKey: ['order_id', 'line_no'],
    foreignKeys: [{ columns: ['order_id'], table: 'orders', references: ['id'] }],
    rows: ids(12).flatMap((order, n) =>
      n === 2
        ? []
        : ids(11).map((line, m) => [
            order,
            line,
            m % 2 === 0 ? 'S1' : 'gone',
            m % 3 === 2 ? null : `${m % 2}`,
          ]),
    ),
  },
  {
    name: 'order_tags',
    columns: [
      { name: 'tag_id', type: 'integer' },
      { name: 'order_id', type: 'bigint' },
    ],
    primaryKey: ['order_id', 'tag_id'],
    foreignKeys: [
      { columns: ['order_id'], table: 'orders', references: ['id'] },
      { columns: ['tag_id'], table: 'tags', references: ['id'] },
    ],
    rows: [
      ['10', '1'],
      ['1', '1'],
      ['2', '1'],
      ['2', '12'],
      ['10', '12'],
    ],
  },
];

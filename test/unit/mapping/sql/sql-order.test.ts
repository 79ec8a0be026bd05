import { expect, test } from 'vitest';
import { sqlOrder } from '../../../../src/mapping/sql/sql-order.js';
import { QUOTING } from '../../../../src/source/select.js';

const columns = (sql: string, quoting = QUOTING.postgres) =>
  sqlOrder(sql, quoting)?.map(({ column, collation }) =>
    collation === null ? column : [column, collation],
  ) ?? null;

test.each([
  ['select * from a', null],
  ['select * from (select * from a order by id) q', null],
  ["select ' order by id' from a -- order by id", null],
  ['select * from a /* order by x */ order by id', ['id']],
  ['select * from a order by a.b.placed_at DESC nulls last, "Id" limit 5', ['placed_at', 'Id']],
  [
    'select *, row_number() over (order by x) from a ORDER  BY coalesce(x, y), 2, id asc;',
    [null, null, 'id'],
  ],
  ['select * from a order by name collate "C", "a, (b" for update', [['name', 'C'], 'a, (b']],
  ['(select id from a order by x) union (select id from b order by y) order by id offset 3', ['id']],
  [
    'with q as (select 1 order by z) select $x$ order by y $x$ from q order by id fetch first 3 rows only',
    ['id'],
  ],
] as const)('the order of %s', (sql, expected) => {
  expect(columns(sql)).toEqual(expected);
});

test('quotes are those of the dialect', () => {
  const sql =
    "select \"order by x\" from a where b = '\\' order by y' order by `the id`, name collate utf8mb4_bin # order by z";
  expect(columns(sql, QUOTING.mysql)).toEqual(['the id', ['name', 'utf8mb4_bin']]);
  expect(columns("select * from a where b like 'x' escape '\\' order by id", QUOTING.postgres)).toEqual([
    'id',
  ]);
});

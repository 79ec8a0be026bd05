import { expect, test } from 'vitest';
import { WHOLE } from '../../../../src/source/key-range.js';
import { isValueOf, keyOf, literalOf, quote, quoteText } from '../../../../src/source/mysql/literals.js';
import { embedStatement, nullIdentityStatement, rootStatement } from '../../../../src/source/mysql/sql.js';
import type { EmbedQuery, EntityQuery } from '../../../../src/source/row-query.js';
import type { Column, ColumnType } from '../../../../src/source/source-schema.js';

const text: ColumnType = { kind: 'text', maxLength: 9, padded: false };
const integer: ColumnType = { kind: 'integer', bits: 64, unsigned: false };
const column = (name: string, type: ColumnType = integer, nullable = false): Column => ({
  name,
  nativeType: type.kind,
  type,
  nullable,
  generated: false,
});
const lines: EmbedQuery = {
  name: 'lines',
  table: { schema: 'shop', name: 'tags' },
  joins: [],
  columns: [{ path: '', column: column('label', text) }],
  aggregates: [],
  where: 'not hidden',
  on: [{ local: 'id', remote: 'order_id' }],
  through: { table: { schema: 'shop', name: 'order_tags' }, pairs: [{ local: 'tag_id', remote: 'id' }] },
  orderBy: [{ column: 'rank', descending: true }],
  tieBreak: ['id'],
  limit: null,
  key: [],
  embeds: [],
};
const query: EntityQuery = {
  entity: 'Order',
  table: { schema: 'shop', name: 'orders' },
  joins: [
    {
      path: 'customer',
      parent: '',
      table: { schema: 'crm', name: 'customers' },
      on: [{ local: 'customer_id', remote: 'id' }],
    },
  ],
  columns: [
    { path: '', column: column('region', text) },
    { path: '', column: column('id') },
    { path: 'customer', column: column('Name', text) },
  ],
  aggregates: [],
  where: "status <> 'DRAFT' OR true",
  identity: [column('region', text), column('id')],
  embeds: [lines],
};

test('the root is confined behind its where, by comparisons that an index can serve', () => {
  const range = { kind: 'span', after: ["e'u", '5'], upTo: ['us', '7'], taken: null } as const;
  expect(rootStatement(query, [range], 3).text).toBe(`SELECT r.\`region\`, r.\`id\`, j0.\`Name\`
FROM (SELECT \`region\`, \`id\`, \`customer_id\` FROM \`shop\`.\`orders\` WHERE (status <> 'DRAFT' OR true
)) AS r
LEFT JOIN \`crm\`.\`customers\` AS j0 ON j0.\`id\` = r.\`customer_id\`
WHERE (r.\`region\` >= 'e''u' AND ((r.\`region\` > 'e''u') OR (r.\`region\` = 'e''u' AND r.\`id\` > 5))) AND (r.\`region\` <= 'us' AND ((r.\`region\` < 'us') OR (r.\`region\` = 'us' AND r.\`id\` <= 7)))
ORDER BY r.\`region\`, r.\`id\`
LIMIT 3`);
});

test('children come by the root, through their link table, in the root’s order, NULL as the largest', () => {
  const keys = { kind: 'keys', keys: [['eu', '5']] } as const;
  expect(
    embedStatement(query, { embeds: [lines], name: 'lines', width: 2 }, [keys]).text,
  ).toBe(`SELECT r.\`region\`, r.\`id\`, e.\`label\`
FROM (SELECT \`region\`, \`id\`, \`customer_id\` FROM \`shop\`.\`orders\` WHERE (status <> 'DRAFT' OR true
)) AS r
JOIN \`shop\`.\`order_tags\` AS l ON l.\`order_id\` = r.\`id\`
JOIN (SELECT \`id\`, \`rank\`, \`label\` FROM \`shop\`.\`tags\` WHERE (not hidden
)) AS e ON e.\`id\` = l.\`tag_id\`
WHERE ((r.\`region\` = 'eu' AND r.\`id\` = 5))
ORDER BY r.\`region\`, r.\`id\`, e.\`rank\` IS NULL DESC, e.\`rank\` DESC, e.\`id\``);
});

test('NULL in the identity is only looked for where it may be', () => {
  expect(nullIdentityStatement(query)).toBeNull();
  const nullable = { ...query, identity: [column('id', integer, true)] };
  expect(nullIdentityStatement(nullable)?.text).toContain('WHERE r.`id` IS NULL LIMIT 1');
});

test('names and texts cannot leave their quotes', () => {
  expect(quote('a`b')).toBe('`a``b`');
  expect(quoteText(`a'b\\`)).toBe(`'a''b\\\\'`);
});

const labels = ['z', 'a"b', 'm\\'];
test.each<[string, ColumnType, string, string]>([
  ['a FLOAT as the double that it is', { kind: 'float', bits: 32 }, '0.1', '1.0000000149011612e-1'],
  ['a DOUBLE', { kind: 'float', bits: 64 }, '0.1', '1e-1'],
  ['bits as their number', { kind: 'bits', length: 64 }, '1'.repeat(64), '18446744073709551615'],
  ['bytes', { kind: 'bytes', maxLength: 4 }, '\\x00ff', "X'00ff'"],
  ['an ENUM by its place', { kind: 'enum', labels }, 'a"b', '2'],
  ['an ENUM’s value of no label', { kind: 'enum', labels }, '', '0'],
  [
    'a SET by its bits',
    { kind: 'array', element: { kind: 'enum', labels }, delimiter: ',' },
    '{"z","m\\\\"}',
    '5',
  ],
  [
    'a TIMESTAMP without its zone',
    { kind: 'timestamp', zone: true },
    '2024-01-01 00:00:00+00',
    "'2024-01-01 00:00:00'",
  ],
])('a key of %s', (_, type, value, literal) => {
  expect(isValueOf(column('k', type), value)).toBe(true);
  expect(literalOf(column('k', type), value)).toBe(literal);
});

test.each<[ColumnType, string]>([
  [integer, '1 OR 1=1'],
  [{ kind: 'decimal', precision: 9, scale: 2 }, '1)'],
  [{ kind: 'float', bits: 64 }, 'NaN'],
  [{ kind: 'bits', length: 2 }, '2'],
  [{ kind: 'bytes', maxLength: 4 }, "\\x00' OR '1"],
  [{ kind: 'date' }, 'yesterday'],
  [{ kind: 'uuid' }, '1'],
])('a key of kind %o cannot be %s', (type, value) => {
  expect(isValueOf(column('k', type), value)).toBe(false);
});

test('bytes in a range are text, so that it can be JSON', () => {
  expect(keyOf([Buffer.from('00ff', 'hex'), '7', 'rest'], 2)).toEqual(['\\x00ff', '7']);
});

test('children of limited children, and what is counted of them', () => {
  const of = {
    table: { schema: 'shop', name: 'notes' },
    where: 'shown',
    on: [{ local: 'no', remote: 'tag' }],
    through: null,
  };
  const notes: EmbedQuery = { ...lines, ...of, name: 'notes', limit: 2, orderBy: [], tieBreak: ['at'] };
  const tags = {
    ...lines,
    key: [column('no')],
    limit: 3,
    embeds: [notes],
    aggregates: [{ kind: 'count', of } as const],
  };
  const path = { embeds: [tags, notes] as const, name: 'lines.notes', width: 3 };
  const nested = { ...query, embeds: [tags] };
  expect(embedStatement(nested, path, [WHOLE]).text).toMatchSnapshot();
  expect(embedStatement(nested, { embeds: [tags], name: 'lines', width: 2 }, [WHOLE]).text).toMatchSnapshot();
});

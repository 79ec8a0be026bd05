import { expect, test } from 'vitest';
import { WHOLE } from '../../../../src/source/key-range.js';
import { quote } from '../../../../src/source/postgres/quote.js';
import { textArray } from '../../../../src/source/postgres/range-sql.js';
import { embedStatement, nullIdentityStatement, rootStatement } from '../../../../src/source/postgres/sql.js';
import type { EmbedQuery, EntityQuery } from '../../../../src/source/row-query.js';
import type { Column } from '../../../../src/source/source-schema.js';

const column = (name: string, nativeType = 'bigint', nullable = false): Column => ({
  name,
  nativeType,
  type: { kind: 'textual' },
  nullable,
  generated: false,
});
const lines: EmbedQuery = {
  name: 'lines',
  table: { schema: 'public', name: 'tags' },
  joins: [],
  columns: [{ path: '', column: column('label') }],
  aggregates: [],
  where: 'not hidden',
  on: [{ local: 'id', remote: 'order_id' }],
  through: { table: { schema: 'public', name: 'order_tags' }, pairs: [{ local: 'tag_id', remote: 'id' }] },
  orderBy: [{ column: 'rank', descending: true }],
  tieBreak: ['id'],
  limit: null,
  key: [],
  embeds: [],
};
const query: EntityQuery = {
  entity: 'Order',
  table: { schema: 'public', name: 'orders' },
  joins: [
    {
      path: 'customer',
      parent: '',
      table: { schema: 'crm', name: 'customers' },
      on: [{ local: 'customer_id', remote: 'id' }],
    },
  ],
  columns: [
    { path: '', column: column('region', 'character(2)') },
    { path: '', column: column('id') },
    { path: 'customer', column: column('Name') },
  ],
  aggregates: [],
  where: "status <> 'DRAFT' OR true",
  identity: [column('region', 'character(2)'), column('id')],
  embeds: [lines],
};

test('the root is confined behind its where, and compared as its key columns are typed', () => {
  const range = { kind: 'span', after: ['eu', '5'], upTo: ['us', '7'], taken: null } as const;
  expect(rootStatement(query, range)).toEqual({
    text: `SELECT r."region", r."id", j0."Name"
FROM (SELECT "region", "id", "customer_id" FROM "public"."orders" WHERE (status <> 'DRAFT' OR true
)) AS r
LEFT JOIN "crm"."customers" AS j0 ON j0."id" = r."customer_id"
WHERE (r."region", r."id") > ($1::character(2), $2::bigint) AND (r."region", r."id") <= ($3::character(2), $4::bigint)
ORDER BY r."region", r."id"`,
    values: ['eu', '5', 'us', '7'],
  });
});

test('children come by the root, through their link table, in the root’s order', () => {
  expect(embedStatement(query, { embeds: [lines], name: 'lines', width: 2 }, WHOLE)).toEqual({
    text: `SELECT r."region", r."id", e."label"
FROM (SELECT "region", "id", "customer_id" FROM "public"."orders" WHERE (status <> 'DRAFT' OR true
)) AS r
JOIN "public"."order_tags" AS l ON l."order_id" = r."id"
JOIN (SELECT "id", "rank", "label" FROM "public"."tags" WHERE (not hidden
)) AS e ON e."id" = l."tag_id"
ORDER BY r."region", r."id", e."rank" DESC, e."id"`,
    values: [],
  });
});

test('given keys travel as one array for each column', () => {
  const { text, values } = rootStatement(query, {
    kind: 'keys',
    keys: [
      ['e"u', '1'],
      ['\\', '2'],
    ],
  });
  expect(values).toEqual(['{"e\\"u","\\\\"}', '{"1","2"}']);
  expect(text).toContain(
    'IN (SELECT k.k0::character(2), k.k1::bigint FROM unnest($1::text[], $2::text[]) AS k(k0, k1))',
  );
});

test('an identity that cannot be NULL is not searched for NULLs', () => {
  expect(nullIdentityStatement(query)).toBeNull();
  const nullable = { ...query, identity: [column('a', 'text', true), column('b')] };
  expect(nullIdentityStatement(nullable)?.text).toContain('WHERE r."a" IS NULL LIMIT 1');
});

test('identifiers and array elements are quoted', () => {
  expect(quote('a"b')).toBe('"a""b"');
  expect(textArray(['', 'NULL', 'a,b'])).toBe('{"","NULL","a,b"}');
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
  expect(embedStatement(nested, path, WHOLE).text).toMatchSnapshot();
  expect(embedStatement(nested, { embeds: [tags], name: 'lines', width: 2 }, WHOLE).text).toMatchSnapshot();
});

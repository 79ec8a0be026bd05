import { describe, expect, it } from 'vitest';
import {
  checkMapping,
  resolveOrThrow,
  schemaDigest,
  unprovedCopies,
} from '../../../src/mapping/check-mapping.js';
import { MappingInvalid } from '../../../src/mapping/errors.js';
import { formatProblems } from '../../../src/mapping/format-problems.js';
import type { Problem } from '../../../src/mapping/problem.js';
import type { SourceSchema, TableSchema } from '../../../src/source/source-schema.js';
import { changed, DOCUMENT, loadText, SHOP } from './shop.js';

function problemsOf(text: string): readonly Problem[] {
  try {
    return checkMapping(loadText(text), SHOP);
  } catch (error) {
    if (error instanceof MappingInvalid) return error.problems;
    throw error;
  }
}

/** Changes of the document, each with one mistake in it. */
const MISTAKES: readonly (readonly [title: string, ...changes: (readonly [string, string])[]])[] = [
  // Shape
  ['a key that is not known', ['where: "status', 'wher: "status']],
  ['a key of a later version', ['version: 1', 'version: 1\nsomething: { else: true }']],
  ['a key that is missing', ["sk: 'ORDER#{placed_at}#{id}'", '']],
  ['a word that is not known', ['as: cents', 'as: cent']],
  ['another type than text', ['from: orders', 'from: [orders]']],
  ['a condition that is none of its forms', ['in: [NEW, PAID]', 'inn: [NEW, PAID]']],
  ['a name that is none', ['  Customer:', '  1st:']],
  [
    'no copies',
    [
      "byCustomer:\n        key: { pk: 'CUSTOMER#{customer_id}', sk: 'ORDER#{placed_at}#{id}' }\n      open:",
      'open:',
    ],
  ],
  // Tables and columns
  ['a table that is not there', ['from: orders', 'from: order']],
  ['a table of another case', ['from: orders', 'from: ORDERS']],
  ['a table of another schema', ['from: orders', 'from: invoices']],
  ['a column in a template that is not there', ['#{placed_at}#', '#{place_at}#']],
  ['a column of a join in a template that is not there', ["'{customer.name}'", "'{customer.naem}'"]],
  ['a join in a template that is not there', ["'{customer.name}'", "'{custmer.name}'"]],
  ['a join in a template without a column', ["'{customer.name}'", "'{customer}'"]],
  ['a transform that is not there', ['total | desc', 'total | dsc']],
  ['a transform that does not fit', ['email | lower', 'id | lower']],
  ['a component of variable width without a separator', ['#{total | desc}#{id}', '#{status | raw}{id}']],
  // Identity
  ['a table without a key', ['from: orders', 'from: events']],
  ['an identity that may be NULL', ['from: customers', 'from: customers\n    identifiedBy: [name]']],
  // Joins
  ['a join along no foreign key', ['{ via: customer_id }', '{ via: total }']],
  ['a join without a way', ['{ via: customer_id }', '{ to: customers }']],
  [
    'a join with two ways',
    ['{ via: customer_id }', '{ via: customer_id, to: customers, on: { customer_id: id } }'],
  ],
  [
    'a join that multiplies rows',
    ['{ via: customer_id }', '{ to: customers, on: { customer_id: referrer_id } }'],
  ],
  ['a join through one that is not there', ['customer.country_code', 'custoner.country_code']],
  ['a join over columns of two tables', ['via: customer_id }', 'via: [customer_id, country.code] }']],
  ['joins that hang on each other', ['via: customer_id }', 'via: country.code }']],
  ['a join that nothing reads', ['via: customer_id }', 'via: customer_id }\n      payer: { via: payer_id }']],
  [
    'a composite foreign key of which one column is named',
    ['from: orders\n    where: "status <> \'DRAFT\'"', 'from: shipments'],
    ['{ via: customer_id }', '{ via: line_no }'],
  ],
  // Embeds
  ['an embed along no foreign key', ['from: order_lines', 'from: tags']],
  [
    'an embed along several foreign keys',
    ['from: customers', 'from: customers\n    embed: { orders: { from: orders } }'],
  ],
  [
    'an embed along one that is not there',
    ['from: order_lines', 'from: order_lines\n        via: product_id'],
  ],
  [
    'an embed without an index',
    [
      'from: customers',
      'from: customers\n    embed: { orders: { from: orders, via: payer_id, attributes: [id] } }',
    ],
  ],
  ['an embed ordered by nothing', ['orderBy: line_no desc', 'orderBy: [line_no, lineno asc]']],
  ['a sum of nothing that is embedded', ['{ count: lines }', '{ sum: line.quantity }']],
  ['a sum of no column', ['{ count: lines }', '{ sum: lines.quantiy }']],
  ['a sum of an embed', ['{ count: lines }', '{ sum: lines }']],
  [
    'a greatest text',
    [
      'from: customers',
      'from: customers\n    embed: { orders: { from: orders, via: customer_id } }\n    attributes: { id: "{id}", most: { max: orders.status } }',
    ],
  ],
  [
    'a set of what no set holds',
    [
      'from: customers',
      'from: customers\n    embed: { orders: { from: orders, via: customer_id, as: { setOf: gift } } }',
    ],
  ],
  [
    'a shape with attributes that it has no place for',
    ['orderBy: line_no desc', 'orderBy: line_no desc\n        as: { listOf: quantity }'],
  ],
  [
    'a shape that is none',
    ['orderBy: line_no desc', 'orderBy: line_no desc\n        as: { mapby: quantity }'],
  ],
  [
    'a map by a column that is not there',
    ['orderBy: line_no desc', 'orderBy: line_no desc\n        as: { mapBy: lineno }'],
  ],
  [
    'one child where there may be several',
    ['orderBy: line_no desc', 'orderBy: line_no desc\n        as: one'],
  ],
  ['a limit of nothing', ['orderBy: line_no desc', 'orderBy: line_no desc\n        limit: 0']],
  [
    'children of what has no key',
    [
      'from: customers',
      'from: customers\n    embed: { log: { from: events, on: { kind: email }, embed: { o: { from: orders, on: { status: kind } } } } }',
    ],
  ],
  [
    'an embed in an embed along no foreign key',
    ['orderBy: line_no desc', 'orderBy: line_no desc\n        embed: { tags: { from: tags } }'],
  ],
  ['an embed through what is no link', ['from: order_lines', 'from: products\n        through: order_tags']],
  [
    'a child of no known order',
    ['from: customers', 'from: customers\n    embed: { log: { from: events, on: { kind: email } } }'],
  ],
  // Attributes
  ['two attributes of one name', ['lineCount: { count: lines }', 'lines: { count: lines }']],
  [
    'an attribute that takes the name of a column that it does not read',
    ["customerName: '{customer.name}'", "placedAt: '{customer.name}'"],
    ['[id, total, customerName]', '[id]'],
  ],
  [
    'attributes of the names of keys, and two columns that become one',
    ['from: orders\n    where: "status <> \'DRAFT\'"', 'from: sales.invoices'],
  ],
  [
    'groups by a column that is not there, with children and without their rows',
    ['from: orders\n', 'from: orders\n    groupBy: [statu]\n    identifiedBy: [id]\n'],
  ],
  [
    'a group that may be of NULL, and a sum of what is not added',
    ['where: "status <> \'DRAFT\'"', 'groupBy: [payer_id]'],
    ["'*': true", "'*': true\n      gifts: { sum: gift }"],
  ],
  ['a count of nothing', ['count: lines', 'count: line']],
  ['a star that is none', ["'*': true", 'gift: true']],
  ['a type that a column cannot have', ['column: total, as: cents', 'column: placed_at, as: cents']],
  [
    'a column without a type',
    ['from: customers\n    items:', 'from: totals\n    identifiedBy: [customer]\n    items:'],
    ['CUSTOMER#{id}', 'CUSTOMER#{customer}'],
    ['EMAIL#{email | lower}', 'X#{customer}'],
  ],
  ['columns that nothing takes', ["'*': true\n", 'id: "{id}"\n      total: "{total}"\n']],
  // Copies
  ['an index that is not there', ['gsi1: { pk:', 'gsi2: { pk:']],
  ['an index key that is missing', [', sk: CUSTOMER }', ' }']],
  ['an attribute of a copy by its column', ['[id, total, customerName]', '[id, total, placed_at]']],
  [
    'an attribute of a copy that is not there, in a map',
    ['[id, total, customerName]', '{ id: true, totl: true }'],
  ],
  [
    'an attribute of a copy that the entity has already',
    ['[id, total, customerName]', "{ '*': true, total: '{customer.name}' }"],
  ],
  [
    "a copy's template with a column that is not there",
    ['[id, total, customerName]', "{ id: true, label: '{totl}' }"],
  ],
  [
    "a copy's attribute with the name of a key",
    ['[id, total, customerName]', "{ id: true, gsi1pk: '{total}' }"],
  ],
  [
    'a primary copy with gaps',
    ["sk: 'ORDER#{placed_at}#{id}' }", "sk: 'ORDER#{placed_at}#{id}' }\n        attributes: [id]"],
  ],
  ['a label that is not there', ['[NEW, PAID]', '[NEW, PAYED]']],
  [
    'conditions of other types',
    [
      '{ column: status, in: [NEW, PAID] }',
      '{ all: [{ column: gift, equals: 1 }, { not: { column: total, equals: much } }, { column: placed_at, in: [yesterday] }, { any: [{ column: details, equals: a }, { column: id, equals: 1.5 }] }] }',
    ],
  ],
  [
    'ranges of what has no order, or to what is no value',
    [
      '{ column: status, in: [NEW, PAID] }',
      '{ all: [{ column: gift, gt: true }, { column: total, lt: much }, { column: status, gte: PAYED }] }',
    ],
  ],
  [
    'constants that no number holds',
    [
      "'*': true\n",
      "'*': true\n      a: { value: '1e200', as: number }\n      b: { value: true, as: number }\n      c: { value: one, as: number }\n",
    ],
  ],
  [
    'constants that JavaScript rounds',
    [
      "'*': true\n",
      "'*': true\n      a: { value: 12345678901234567891 }\n      b: { value: 9007199254740994 }\n",
    ],
  ],
  ['a key that is not unique', ['#{placed_at}#{id}', '#{placed_at}']],
  [
    'a key that is not unique because of a transform',
    [
      "{ pk: 'CUSTOMER#{customer_id}', sk: 'ORDER#{placed_at}#{id}' }",
      "{ pk: 'ORDER#{id | hash}', sk: 'ORDER' }",
    ],
  ],
  [
    'a rule for collisions that cannot be, or by what has no order',
    ["#{placed_at}#{id}' }", "#{placed_at}#{id}' }\n        collisions: { lastBy: total }"],
    ["#{total | desc}#{id}' }", "#{total | desc}' }\n        collisions: { lastBy: details }"],
  ],
  [
    'a rule for collisions by a column that is not there',
    ["#{placed_at}#{id}' }", "#{placed_at}' }\n        collisions: { lastBy: placed }"],
  ],
  [
    'keys of two copies that may be equal',
    ['PROFILE', '"ORDER#{email}"'],
    ['ORDER#{placed_at}#{id}', 'ORDER#{status | raw}'],
  ],
  // Table
  ['keys that share an attribute', ['partitionKey: gsi1pk', 'partitionKey: _src']],
  [
    'an index on the keys of the table, whose values are given again',
    ['partitionKey: gsi1pk, sortKey: gsi1sk', 'partitionKey: sk, sortKey: pk'],
  ],
  [
    'an index that includes what is not there',
    ['sortKey: gsi1sk }', 'sortKey: gsi1sk, projection: { include: [nam, _type] } }'],
  ],
  ['an index that nothing uses', ['sortKey: gsi1sk }', 'sortKey: gsi1sk }\n    other: { partitionKey: o }']],
  [
    'a time to live that is not there',
    ['sortKey: sk\n', 'sortKey: sk\n  timeToLive: { attribute: expires }\n'],
  ],
  [
    'a time to live in milliseconds',
    ['sortKey: sk\n', 'sortKey: sk\n  timeToLive: { attribute: expires }\n'],
    ['lineCount: { count: lines }', 'expires: { column: placed_at, as: epochMillis }'],
  ],
  [
    'a time to live of another type',
    ['sortKey: sk\n', 'sortKey: sk\n  timeToLive: { attribute: placedAt }\n'],
  ],
];

describe('a mapping with a mistake', () => {
  for (const [title, ...changes] of MISTAKES) {
    it(`is told of ${title}`, () => {
      const problems = problemsOf(changed(...changes));
      expect(problems.length).toBeGreaterThan(0);
      expect(formatProblems(problems)).toMatchSnapshot();
    });
  }

  it('is told of all five at once, in the order of the file', () => {
    const text = changed(
      ['via: customer_id }', 'via: custmer_id }'],
      ['from: order_lines', 'from: order_line'],
      ['column: total, as: cents', 'column: totl, as: cents'],
      ['[NEW, PAID]', '[NEW, OPEN]'],
      ['gsi1: { pk:', 'gsi3: { pk:'],
    );
    const errors = problemsOf(text).filter(({ severity }) => severity === 'error');
    expect(formatProblems(errors)).toMatchSnapshot();
    expect(errors).toHaveLength(5);
    expect(() => resolveOrThrow(loadText(text), SHOP)).toThrow('shop.yaml does not fit the source: 5 errors');
  });

  it('whose keys may collide resolves: its rows decide', () => {
    const text = changed(['#{placed_at}#{id}', '#{placed_at}']);
    expect(unprovedCopies(resolveOrThrow(loadText(text), SHOP), SHOP)).toMatchObject([
      { entity: 'Order', copy: 'byCustomer', other: null },
    ]);
  });

  it('that says which row wins is not warned of keys that several make', () => {
    const text = changed(["#{placed_at}#{id}' }", "#{placed_at}' }\n        collisions: { lastBy: total }"]);
    expect(problemsOf(text)).toEqual([]);
  });

  it('is not told again of a join at each of its uses', () => {
    expect(problemsOf(changed(['{ via: customer_id }', '{ via: total }'])).map(({ code }) => code)).toEqual([
      'NO_FOREIGN_KEY',
    ]);
  });
});

describe('access patterns', () => {
  it.each([
    ['of an index and an entity that are not there', "{ query: gsi9, pk: 'E#{e}', returns: Ordr }"],
    ['with a sort key where there is none', "{ query: flat, pk: 'E#{e}', sk: X }"],
    ['whose templates are none', "{ query: table, pk: 'E#{e', sk: { beginsWith: 'A}' } }"],
    ['that no copy serves', "{ query: table, pk: 'CUSTOMER-{id}' }"],
    ['that no copy of the entity serves', "{ query: gsi1, pk: 'EMAIL#{email}', returns: Order }"],
    ['that find another entity too', "{ query: table, pk: 'CUSTOMER#{id}', returns: Order }"],
  ])('%s are pointed out', (_, pattern) => {
    const text = changed(['sortKey: gsi1sk }', 'sortKey: gsi1sk }\n    flat: { partitionKey: f }']);
    expect(formatProblems(problemsOf(`${text}accessPatterns:\n  one: ${pattern}\n`))).toMatchSnapshot();
  });

  it('that serve every copy are fine', () => {
    const patterns = `accessPatterns:
  orders: { query: table, pk: 'CUSTOMER#{id}', sk: { beginsWith: 'ORDER#2024' }, returns: Order }
  all: { query: table, pk: 'CUSTOMER#{id}' }
  open: { query: table, pk: 'PAYER#17', sk: { beginsWith: 'OP' }, returns: Order }
  byEmail: { query: gsi1, pk: 'EMAIL#{email}', sk: CUSTOMER, returns: Customer }
`;
    expect(problemsOf(DOCUMENT + patterns)).toEqual([]);
  });
});

describe('the schema digest', () => {
  const digest = (schema: SourceSchema) => schemaDigest(resolveOrThrow(loadText(DOCUMENT), schema), schema);
  const altered = (name: string, change: (table: TableSchema) => Partial<TableSchema>): SourceSchema => ({
    ...SHOP,
    tables: SHOP.tables.map((table) => (table.name === name ? { ...table, ...change(table) } : table)),
  });
  const retyped = (name: string, column: string) =>
    altered(name, ({ columns }) => ({
      columns: columns.map((one) => (one.name === column ? { ...one, nativeType: 'smallint' } : one)),
    }));

  it('changes with the columns that are read', () => {
    expect(digest(retyped('orders', 'total'))).not.toBe(digest(SHOP));
    expect(digest(retyped('customers', 'name'))).not.toBe(digest(SHOP));
    expect(digest(retyped('order_lines', 'quantity'))).not.toBe(digest(SHOP));
  });

  it('stays the same when anything else does', () => {
    expect(digest(retyped('products', 'price'))).toBe(digest(SHOP));
    expect(digest(altered('orders', () => ({ estimatedRows: 12 })))).toBe(digest(SHOP));
    expect(digest(altered('tags', () => ({ columns: [] })))).toBe(digest(SHOP));
  });
});

import { expect, it } from 'vitest';
import { resolveOrThrow } from '../../../../src/mapping/check-mapping.js';
import { compareMappings, type MappingChanges } from '../../../../src/mapping/compare/compare-mappings.js';
import { DOCUMENT, loadText, SHOP } from '../shop.js';

/** Of DOCUMENT with each text replaced by the other. */
function compare(...replacements: readonly (readonly [string, string])[]): MappingChanges {
  const next = replacements.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, DOCUMENT);
  return compareMappings(resolveOrThrow(loadText(DOCUMENT), SHOP), resolveOrThrow(loadText(next), SHOP));
}

const changesOf = ({ copies }: MappingChanges) => copies.filter(({ kind }) => kind !== 'same');

it('finds nothing where joins, attributes and templates are only spelled otherwise', () => {
  const changes = compare(
    ['customer: { via: customer_id }', 'buyer: { via: customer_id }'],
    ['via: customer.country_code', 'via: buyer.country_code'],
    ["'{customer.name}'", "'{buyer.name}'"],
    ["'EMAIL#{email | lower}'", "'EMAIL#{ email|lower }'"],
    ['attributes: [id, total, customerName]', 'attributes: [customerName, id, total]'],
  );
  expect(changesOf(changes)).toEqual([]);
  expect(changes.obsolete).toEqual([]);
  expect(changes.indexes).toEqual({ added: [], removed: [], changed: [] });
});

it('tells a copy that gained an index by the attributes of its keys', () => {
  const changes = compare(
    [
      'gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk }',
      'gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk }\n    gsi2: { partitionKey: gsi2pk, sortKey: gsi2sk }',
    ],
    ['gsi1: { pk: ', "gsi2: { pk: 'COUNTRY#{country_code}', sk: 'CUSTOMER#{id}' }\n          gsi1: { pk: "],
  );
  expect(changesOf(changes)).toEqual([
    {
      ...{ entity: 'Customer', copy: 'profile', kind: 'changed' },
      from: { entity: 'Customer', copy: 'profile' },
      ...{ added: ['gsi2pk', 'gsi2sk'], changed: [], removed: [], otherRows: false },
    },
  ]);
  expect(changes.indexes.added).toEqual(['gsi2']);
});

it('both keys of an index change when one of their templates does', () => {
  const [change] = changesOf(compare(['{email | lower}', '{email | upper}']));
  expect(change).toMatchObject({ kind: 'changed', added: [], changed: ['gsi1pk', 'gsi1sk'], removed: [] });
});

it('a renamed attribute is a new one and a removed one, in every copy that holds it', () => {
  const changes = changesOf(
    compare(
      ["customerName: '{customer.name}'", "buyerName: '{customer.name}'"],
      ['attributes: [id, total, customerName]', 'attributes: [id, total, buyerName]'],
    ),
  );
  expect(changes.map(({ copy }) => copy)).toEqual(['byCustomer', 'open']);
  for (const change of changes) {
    expect(change).toMatchObject({ added: ['buyerName'], changed: [], removed: ['customerName'] });
  }
});

it('another type, another column and another policy for NULL are changes of an attribute', () => {
  const [as] = changesOf(compare(['as: cents', 'as: string']));
  expect(as).toMatchObject({ changed: ['totalCents'] });
  const [name] = changesOf(compare(["customerName: '{customer.name}'", "customerName: '{country.name}'"]));
  expect(name).toMatchObject({ changed: ['customerName'] });
});

it('children in another order, of other columns or of other rows change the attribute that holds them', () => {
  for (const replacement of [
    ['orderBy: line_no desc', 'orderBy: line_no'],
    ['attributes: [line_no, quantity]', 'attributes: [line_no]'],
    ['from: order_lines', 'from: order_lines\n        limit: 3'],
  ] as const) {
    expect(changesOf(compare(replacement))).toMatchObject([{ copy: 'byCustomer', changed: ['lines'] }]);
  }
});

it('a changed table key is a new copy, and the old one is obsolete', () => {
  const changes = compare(["sk: 'ORDER#{placed_at}#{id}'", "sk: 'ORDER#{id}'"]);
  const byCustomer = { entity: 'Order', copy: 'byCustomer' };
  expect(changesOf(changes)).toEqual([{ ...byCustomer, kind: 'new', replaces: byCustomer }]);
  expect(changes.obsolete).toEqual([byCustomer]);
});

it('an added copy is new and replaces none; a removed one is obsolete', () => {
  const copy = "\n      byId:\n        key: { pk: 'ORDER#{id}', sk: ORDER }";
  const items = "key: { pk: 'CUSTOMER#{customer_id}', sk: 'ORDER#{placed_at}#{id}' }";
  const one = resolveOrThrow(loadText(DOCUMENT), SHOP);
  const two = resolveOrThrow(loadText(DOCUMENT.replace(items, `${items}${copy}`)), SHOP);
  const byId = { entity: 'Order', copy: 'byId' };
  expect(changesOf(compareMappings(one, two))).toEqual([{ ...byId, kind: 'new', replaces: null }]);
  expect(compareMappings(two, one).obsolete).toEqual([byId]);
});

it('copies belong together by their keys: a renamed entity keeps its items and changes their labels', () => {
  const [change] = changesOf(compare(['  Customer:\n', '  Client:\n']));
  expect(change).toEqual({
    ...{ entity: 'Client', copy: 'profile', kind: 'changed', from: { entity: 'Customer', copy: 'profile' } },
    ...{ added: [], changed: ['_type'], removed: [], otherRows: false },
  });
});

it('a condition or a where that lets other rows through is told apart from changed attributes', () => {
  expect(changesOf(compare(['in: [NEW, PAID]', 'in: [NEW]']))).toMatchObject([
    { copy: 'open', added: [], changed: [], removed: [], otherRows: true },
  ]);
  expect(changesOf(compare(["status <> 'DRAFT'", "status = 'PAID'"]))).toMatchObject([
    { copy: 'byCustomer', otherRows: true },
    { copy: 'open', otherRows: true },
  ]);
});

it('an index with other keys or another projection cannot stay, and one that is gone is named', () => {
  const [was, is] = ['sortKey: gsi1sk }', 'sortKey: gsi1sk, projection: keysOnly }'];
  expect(compare([was, is]).indexes).toEqual({ added: [], removed: [], changed: ['gsi1'] });
});

it('says other names for the keys of the table, and another identity of rows', () => {
  expect(compare(['sortKey: sk', 'sortKey: range']).keys).toEqual(['the sortKey (was sk, is range)']);
  expect(compare(['from: customers', 'from: customers\n    identifiedBy: [email]']).keys).toEqual([
    'the identity of Customer (was id, is email)',
  ]);
});

it('tells the numbers of a group apart by what they are, not by their order', () => {
  const document = (attributes: string) => `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Day:
    from: orders
    groupBy: [status]
    attributes: { ${attributes} }
    items: { total: { key: { pk: 'STATUS#{status}', sk: TOTAL } } }
`;
  const of = (attributes: string) => resolveOrThrow(loadText(document(attributes)), SHOP);
  const one = of("status: '{status}', orders: { count: '*' }, total: { sum: total }");
  const other = of("total: { sum: total }, status: '{status}', orders: { count: '*' }, most: { max: total }");
  expect(changesOf(compareMappings(one, other))).toMatchObject([
    { kind: 'changed', added: ['most'], changed: [] },
  ]);
});

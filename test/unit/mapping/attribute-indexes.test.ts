import { describe, expect, it } from 'vitest';
import type { WireItem } from '../../../src/item/attribute-value.js';
import { itemBytes } from '../../../src/item/size.js';
import { checkMapping, resolveOrThrow } from '../../../src/mapping/check-mapping.js';
import { compileMapping } from '../../../src/mapping/compile-mapping.js';
import { nothingMapped } from '../../../src/mapping/mapper.js';
import { changed, loadText, SHOP } from './shop.js';

const GSI1 = 'gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk }';
const withIndex = (index: string) => changed([GSI1, `${GSI1}\n    ${index}`]);
const BY_STATUS =
  'byStatus: { partitionKey: [_type, status], sortKey: [{ attribute: totalCents, type: N }, placedAt], projection: { include: [customerName] } }';

function problems(text: string): string[] {
  return checkMapping(loadText(text), SHOP)
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message, path }) => `${code} ${path.join('.')}: ${message}`);
}

/** Maps an order whose columns have these values. */
function mapOrder(text: string, values: { readonly [column: string]: string | null }) {
  const resolved = resolveOrThrow(loadText(text), SHOP);
  const entity = compileMapping(resolved).entities.find((mapper) => mapper.entity === 'Order')!;
  const row = entity.query.columns.map(({ path, column }) =>
    path === '' ? (values[column.name] ?? null) : (values[`${path}.${column.name}`] ?? 'x'),
  );
  const into = nothingMapped();
  entity.map({ row, children: entity.query.embeds.map(() => []), overflow: false }, into);
  return into;
}

const ORDER = {
  ...{ id: '42', customer_id: '7', payer_id: '9', status: 'NEW', total: '12.50' },
  placed_at: '2024-01-31 09:30:00+00',
};

describe('an index over attributes', () => {
  it('holds every item that has all of them, and nothing is written for it', () => {
    const { items, rejects } = mapOrder(withIndex(BY_STATUS), ORDER);
    expect(rejects).toEqual([]);
    const primary = items.find(({ copy }) => copy === 'byCustomer')!;
    const { pk, sk, status, totalCents, placedAt, customerName } = JSON.parse(primary.json) as WireItem;
    expect([status, totalCents]).toEqual([{ S: 'NEW' }, { N: '1250' }]);
    expect(primary.indexed).toEqual([
      {
        index: 'byStatus',
        partition: '"status":{"S":"NEW"}',
        bytes: itemBytes({ pk, sk, status, totalCents, placedAt, customerName } as WireItem),
      },
    ]);
    expect(items.find(({ copy }) => copy === 'open')!.indexed).toEqual([]); // it does not hold placedAt
  });

  it('does not hold an item that lacks one', () => {
    const { items } = mapOrder(withIndex(BY_STATUS), { ...ORDER, total: null });
    expect(items.map(({ copy, indexed }) => [copy, indexed])).toEqual([['byCustomer', []]]);
  });

  it('rejects an item whose value is empty: DynamoDB would refuse the whole batch', () => {
    const text = withIndex('byName: { partitionKey: [customerName] }');
    const { rejects } = mapOrder(text, { ...ORDER, 'customer.name': '' });
    expect(rejects[0]).toMatchObject({ code: 'KEY_EMPTY', reason: 'index byName: customerName is empty' });
  });

  it.each([
    ['a name that is no attribute', 'extra: { partitionKey: [statos] }'],
    ['a number that is declared as text', 'extra: { partitionKey: [totalCents] }'],
    ['a list', 'extra: { partitionKey: [lines] }'],
    ['keys that a copy gives', 'extra: { partitionKey: [status] }'],
    ['a local index with a partition key', 'extra: { partitionKey: x, local: true, sortKey: y }'],
  ])('%s is an error with a place', (what, index) => {
    const text = what.startsWith('keys')
      ? withIndex(index).replace(
          'indexes:\n          gsi1:',
          "indexes:\n          extra: { pk: 'A#{id}' }\n          gsi1:",
        )
      : withIndex(index);
    expect(problems(text)).toMatchSnapshot();
  });
});

describe('a local index', () => {
  const text = withIndex('byTotal: { local: true, sortKey: lsi1sk }').replace(
    "sk: 'ORDER#{placed_at}#{id}' }",
    "sk: 'ORDER#{placed_at}#{id}' }\n        indexes: { byTotal: { sk: '{total}' } }",
  );

  it('takes its partition key from the table', () => {
    const { items } = mapOrder(text, ORDER);
    const [primary] = items;
    expect(primary!.indexed).toEqual([{ index: 'byTotal', partition: 'CUSTOMER#7', bytes: primary!.bytes }]);
    expect((JSON.parse(primary!.json) as WireItem)['lsi1sk']).toEqual({ S: '0000000012.50' });
  });

  it('has no pk in a copy', () => {
    expect(problems(text.replace("{ sk: '{total}' }", "{ pk: 'X#{id}', sk: '{total}' }"))).toMatchSnapshot();
  });
});

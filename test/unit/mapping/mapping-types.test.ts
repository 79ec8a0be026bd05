import { describe, expect, it } from 'vitest';
import { validateDocument } from '../../../src/mapping/document/validate-document.js';
import {
  type CopyMapping,
  defineMapping,
  type EntityMapping,
  type Mapping,
} from '../../../src/mapping/mapping.js';

const TABLE = { name: 'shop', partitionKey: 'pk', sortKey: 'sk' } as const;
const KEY = { pk: 'ORDER#{id}', sk: 'ORDER' } as const;
const ITEMS = { main: { key: KEY } } as const;
const ENTITIES = { Order: { from: 'orders', items: ITEMS } } as const;

const ofTable = (table: Mapping['table']) => defineMapping({ version: 1, table, entities: ENTITIES });
const ofEntity = (Order: EntityMapping) => defineMapping({ version: 1, table: TABLE, entities: { Order } });
const ofCopy = (main: CopyMapping) => ofEntity({ from: 'orders', items: { main } });
const ofPattern = (orders: NonNullable<Mapping['accessPatterns']>[string]) =>
  defineMapping({
    version: 1,
    table: TABLE,
    entities: ENTITIES,
    accessPatterns: { orders },
  });

/**
 * `npm run typecheck` sees to it that each `@ts-expect-error` below is a mistake to the compiler; the test, that it is
 * one to the validation as well.
 */
const MISTAKES: readonly (readonly [title: string, make: () => Mapping])[] = [
  // @ts-expect-error: there is no such key
  ['an unknown key', () => defineMapping({ version: 1, table: TABLE, entities: ENTITIES, entites: {} })],
  // @ts-expect-error: the first and only version is 1
  ['another version', () => defineMapping({ version: 2, table: TABLE, entities: ENTITIES })],
  // @ts-expect-error: entities are not optional
  ['a missing key', () => defineMapping({ version: 1, table: TABLE })],
  // @ts-expect-error: it is partitionKey
  ['an unknown key of the table', () => ofTable({ ...TABLE, hashKey: 'pk' })],
  [
    'a bad projection',
    // @ts-expect-error: all, keysOnly, or { include: […] }
    () => ofTable({ ...TABLE, indexes: { gsi1: { partitionKey: 'a', projection: 'some' } } }),
  ],
  [
    'a bad type of a key attribute',
    // @ts-expect-error: keys are S, N or B
    () => ofTable({ ...TABLE, indexes: { gsi1: { partitionKey: [{ attribute: 'a', type: 'BOOL' }] } } }),
  ],
  // @ts-expect-error: the roles are pk and sk
  ['a wrong role', () => ofCopy({ key: { pk: 'ORDER#{id}', sort: 'ORDER' } })],
  // @ts-expect-error: equals takes one value
  ['a condition with a bad value', () => ofCopy({ key: KEY, when: { column: 'status', equals: ['NEW'] } })],
  // @ts-expect-error: the test is missing
  ['a condition without a test', () => ofCopy({ key: KEY, when: { column: 'status' } })],
  // @ts-expect-error: reject or skip
  ['a bad policy', () => ofCopy({ key: KEY, whenNull: 'ignore' })],
  [
    'a bad type',
    // @ts-expect-error: cents, not cent
    () => ofEntity({ from: 'orders', items: ITEMS, attributes: { a: { column: 'a', as: 'cent' } } }),
  ],
  // @ts-expect-error: an entity has items
  ['an entity without items', () => ofEntity({ from: 'orders' })],
  // @ts-expect-error: between has two bounds
  ['a range with one bound', () => ofPattern({ query: 'table', pk: 'A', sk: { between: ['A'] } })],
];

describe('the types of defineMapping', () => {
  it.each(MISTAKES)('refuse %s, as the validation does', (_, make) => {
    expect(validateDocument(make()).mapping).toBeNull();
  });

  it('take what the validation takes', () => {
    const mapping = defineMapping({
      version: 1,
      table: {
        ...TABLE,
        indexes: { lsi1: { local: true, sortKey: 'lsi1sk', projection: { include: ['total'] } } },
      },
      entities: {
        Order: {
          from: 'orders',
          attributes: { '*': true, version: { value: 2 } },
          items: {
            main: {
              key: KEY,
              when: {
                all: [{ column: 'total', gte: 100, lt: 200 }, { not: { column: 'status', in: ['NEW'] } }],
              },
              attributes: { total: true, label: 'Order {id}' },
            },
          },
        },
      },
      accessPatterns: { orders: { query: 'table', pk: 'ORDER#{id}', sk: { gte: 'A', lt: 'B' } } },
    });
    expect(validateDocument(mapping).problems).toEqual([]);
  });
});

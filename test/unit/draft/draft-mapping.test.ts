import { describe, expect, it } from 'vitest';
import { NO_FINDINGS } from '../../../src/draft/draft.js';
import { draftYaml } from '../../../src/draft/draft-yaml.js';
import { checkMapping } from '../../../src/mapping/check-mapping.js';
import { parseMapping } from '../../../src/mapping/load-mapping.js';
import type { TableSchema } from '../../../src/source/source-schema.js';
import { distinct, draft, linesOf, rows, schemaOf, table } from './tables.js';

const customers = table('customers', { id: 'bigint', email: 'text' }, { unique: [['email']] });
const orders = table(
  'orders',
  { id: 'bigint', customer_id: 'bigint', rep_id: 'bigint?', placed_at: 'timestamptz', status: 'status' },
  {
    references: { customer_id: ['customers', 'id'], rep_id: ['customers', 'id'] },
    indexes: [['customer_id', 'placed_at'], ['rep_id'], ['status']],
  },
);

/** Problems that check has of the draft, read back from its text. */
function problemsOf(tables: readonly TableSchema[], input: Parameters<typeof draft>[1] = {}) {
  const text = draftYaml(draft(tables, input), { source: 'memory:', lines: [], footer: [] });
  return checkMapping(parseMapping(text, 'drafted.yaml'), schemaOf(...tables)).map(
    ({ severity, code, message }) => `${severity} ${code} ${message}`,
  );
}

describe('draftMapping', () => {
  it('gives each foreign key with an index an index key under its parent, in the order of that index', () => {
    const drafted = draft([customers, orders]);
    expect(drafted.mapping.table.indexes).toEqual({
      gsi1: { partitionKey: 'gsi1pk', sortKey: 'gsi1sk' },
      gsi2: { partitionKey: 'gsi2pk', sortKey: 'gsi2sk' },
    });
    expect(drafted.mapping.entities['Order']?.items).toEqual({
      main: {
        key: { pk: 'ORDER#{id}', sk: 'ORDER' },
        indexes: {
          gsi1: { pk: 'CUSTOMER#{customer_id}', sk: 'ORDER#{placed_at}#{id}' },
          gsi2: { pk: 'CUSTOMER#{rep_id}', sk: 'ORDER#{id}' },
        },
      },
    });
    expect(drafted.mapping.accessPatterns).toMatchObject({
      ordersOfCustomer: {
        query: 'gsi1',
        pk: 'CUSTOMER#{customerId}',
        sk: { beginsWith: 'ORDER#' },
        returns: 'Order',
        sql: 'select * from orders where customer_id = {customerId} order by placed_at, id',
      },
      ordersOfRep: { query: 'gsi2' },
      customerByEmail: { query: 'gsi1', pk: 'CUSTOMER_BY_EMAIL#{email}', sk: 'CUSTOMER' },
    });
    const gsi2 = linesOf(drafted, 'entities', 'Order', 'items', 'main', 'indexes', 'gsi2');
    expect(gsi2).toEqual(['By the foreign key rep_id. NULL leaves the item out.']);
    expect(problemsOf([customers, orders])).toEqual([]);
  });

  it('asks what to do about other indexes and foreign keys without one', () => {
    const bare = { ...orders, indexes: [['id'], ['status']] };
    expect(linesOf(draft([customers, bare]), 'entities', 'Order').slice(1)).toEqual([
      'DECIDE: ask by customer_id too? This foreign key has no index in the source.',
      'DECIDE: ask by rep_id too? This foreign key has no index in the source.',
      'DECIDE: ask by status too? The source has an index for it.',
    ]);
    expect(draft([customers, bare]).mapping.entities['Order']?.items).toEqual({
      main: { key: { pk: 'ORDER#{id}', sk: 'ORDER' } },
    });
  });

  it('leaves out a path that the user declined', () => {
    const drafted = draft([customers, orders], { declined: new Set(['orders(rep_id)']) });
    expect(drafted.paths.map(({ id }) => id)).toEqual(['customers(email)', 'orders(customer_id)']);
    expect(linesOf(drafted, 'entities', 'Order')).toContain('Not asked by rep_id, as you said.');
  });

  it('spreads the few values of many rows over so many partitions that none is hot', () => {
    const many = rows(250_000, orders);
    const statistics = [distinct('orders', 'customer_id', 4), distinct('orders', 'rep_id', 300)];
    const drafted = draft([customers, many], { statistics });
    expect(drafted.mapping.entities['Order']?.items['main']?.indexes).toEqual({
      gsi1: { pk: 'CUSTOMER#{customer_id}#{id | shard(6)}', sk: 'ORDER#{placed_at}#{id}' },
      gsi2: { pk: 'CUSTOMER#{rep_id}', sk: 'ORDER#{id}' },
    });
    expect(drafted.mapping.accessPatterns?.['ordersOfCustomer']?.pk).toBe('CUSTOMER#{customerId}#{shard}');
    expect(problemsOf([customers, many], { statistics })).toEqual([]);
  });

  it('keeps both sides of a table that is linked with itself apart', () => {
    const link = table(
      'followers',
      { customer_id: 'bigint', follower_id: 'bigint' },
      {
        primary: ['customer_id', 'follower_id'],
        references: { customer_id: ['customers', 'id'], follower_id: ['customers', 'id'] },
      },
    );
    expect(draft([customers, link]).mapping.entities['Follower']?.items).toEqual({
      ofCustomer: { key: { pk: 'CUSTOMER#{customer_id}', sk: 'FOLLOWER#{follower_id}' } },
      ofFollower: { key: { pk: 'CUSTOMER#{follower_id}', sk: 'FOLLOWER_BACK#{customer_id}' } },
    });
    expect(problemsOf([customers, link])).toEqual([]);
  });

  it('joins the names of lookup tables in, and says what their change costs', () => {
    const genres = rows(20, table('genres', { id: 'int', name: 'text' }));
    const tracks = rows(
      4_000,
      table('tracks', { id: 'int', genre_id: 'int' }, { references: { genre_id: ['genres', 'id'] } }),
    );
    const drafted = draft([genres, tracks]);
    expect(drafted.mapping.entities['Track']?.join).toEqual({
      genre: { via: 'genre_id', attributes: ['name'] },
    });
    expect(linesOf(drafted, 'entities', 'Track', 'join')).toEqual([
      'From lookup tables, so that no second read is needed.',
      'DECIDE: a change of one genres.name rewrites about 200 items here.',
    ]);
    const named = rows(
      4_000,
      table(
        'tracks',
        { id: 'int', genre_id: 'int', genre_name: 'text' },
        { references: { genre_id: ['genres', 'id'] } },
      ),
    );
    expect(draft([genres, named]).mapping.entities['Track']?.join).toBeUndefined();
  });

  it('takes policies, unfit columns and refused tables from what was found', () => {
    const findings = {
      ...NO_FINDINGS,
      policies: new Map([['orders.placed_at', { as: 'string' as const, why: 'infinity' }]]),
      unfit: new Map([
        ['orders.placed_at', 'placed_at holds infinity'],
        ['customers.email', 'email holds text over 2,048 bytes'],
      ]),
      large: new Set(['orders']),
    };
    const drafted = draft([customers, orders], { findings });
    expect(drafted.mapping.entities['Order']).toMatchObject({
      attributes: { '*': true, placedAt: { column: 'placed_at', as: 'string' } },
      oversize: 'split',
      items: { main: { indexes: { gsi1: { sk: 'ORDER#{id}' } } } },
    });
    expect(linesOf(drafted, 'entities', 'Customer')).toContain(
      'Not asked by email: email holds text over 2,048 bytes.',
    );
    expect(problemsOf([customers, orders], { findings })).toEqual([]);
    const refused = draft([customers, orders], {
      findings: { ...NO_FINDINGS, refused: new Map([['customers', 'no privilege']]) },
    });
    expect(refused.entities.map(({ entity }) => entity)).toEqual(['Order']);
    expect(refused.leftOut).toEqual([{ table: 'customers', why: 'no privilege' }]);
  });

  it('writes what has no form of its own as its text', () => {
    const prices = table('prices', { id: 'int', price: 'money' });
    expect(draft([prices]).mapping.entities['Price']?.attributes).toEqual({
      '*': true,
      price: { column: 'price', as: 'string' },
    });
    expect(problemsOf([prices])).toEqual([]);
  });

  it('passes check whatever columns are called', () => {
    const odd = table(
      'select',
      { id: 'int', pk: 'text', gsi1pk: 'text', _type: 'text', _src: 'text', order: 'uuid' },
      { unique: [['order']] },
    );
    const drafted = draft([odd]);
    expect(drafted.mapping.table).toEqual({
      name: 'drafted',
      partitionKey: '_pk',
      sortKey: 'sk',
      indexes: { gsi1: { partitionKey: '_gsi1pk', sortKey: 'gsi1sk' } },
      entityAttribute: '__type',
      lineageAttribute: '__src',
    });
    expect(drafted.mapping.accessPatterns?.['selectByOrder']?.sql).toBe(
      'select * from "select" where "order" = {order}',
    );
    expect(problemsOf([odd])).toEqual([]);
    const twins = table('twins', { id: 'int', a_b: 'text', aB: 'text' });
    expect(draft([twins]).mapping.defaults).toEqual({ attributeNames: 'asIs' });
    expect(problemsOf([twins])).toEqual([]);
  });

  it('makes index keys of nothing that makes none, and no more of them than a table has', () => {
    const wide = table(
      'wide',
      Object.fromEntries([
        ['id', 'int'],
        ['doc', 'jsonb'],
        ...Array.from({ length: 21 }, (_, n) => [`c${n}`, 'int']),
      ]),
      { unique: [['doc'], ...Array.from({ length: 21 }, (_, n) => [`c${n}`])] },
    );
    const drafted = draft([wide]);
    expect(Object.keys(drafted.mapping.table.indexes ?? {})).toHaveLength(20);
    expect(linesOf(drafted, 'entities', 'Wide').slice(1)).toEqual([
      'Not asked by doc: doc is jsonb, which makes no key.',
      'Not asked by c20: a table has 20 indexes at most.',
    ]);
  });

  it('writes the same text for the same tables', () => {
    const text = () => draftYaml(draft([customers, orders]), { source: 'memory:', lines: [], footer: [] });
    expect(text()).toBe(text());
  });
});

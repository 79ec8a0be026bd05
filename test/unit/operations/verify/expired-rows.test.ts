import { expect, test } from 'vitest';
import type { WireItem } from '../../../../src/item/attribute-value.js';
import { verify } from '../../../../src/operations/verify/verify.js';
import type { MemorySink } from '../../../../src/sink/memory/memory-sink.js';
import { memorySource } from '../../../../src/source/memory/source.js';
import { loadText, SHOP, table } from '../../mapping/shop.js';
import { migrated } from '../written-shop.js';

const PAST = '1700000000';
const FUTURE = '4000000000';

const MAPPING = `
version: 1
table: { name: shop, partitionKey: pk, sortKey: sk, timeToLive: { attribute: endsAt } }
entities:
  Session:
    from: sessions
    attributes: { '*': true }
    items:
      ofUser: { key: { pk: 'USER#{user_id}', sk: 'SESSION#{id}' } }
accessPatterns:
  sessionsOfUser:
    query: table
    pk: 'USER#{userId}'
    sk: { beginsWith: 'SESSION#' }
    returns: Session
    sql: select id, ends_at from sessions where user_id = {userId} order by id
  firstSessions:
    query: table
    pk: 'USER#{userId}'
    sk: { beginsWith: 'SESSION#' }
    returns: Session
    limit: 2
    sql: select id, ends_at from sessions where user_id = {userId} order by id limit 2
`;

/** Sessions of one user; each is its id and its end. */
async function written(sessions: readonly (readonly [string, string])[]) {
  const source = memorySource({
    schema: {
      ...SHOP,
      tables: [table('sessions', { id: 'bigint', user_id: 'bigint', ends_at: 'bigint' })],
    },
    tables: { sessions: sessions.map(([id, ends]) => [id, '7', ends]) },
    select: ({ sql }) => ({
      columns: ['id', 'ends_at'].map((name) => ({ name, exact: true })),
      rows: sql.endsWith('limit 2') ? sessions.slice(0, 2) : sessions,
    }),
  });
  return { source, sink: await migrated(MAPPING, source) };
}

function remove(sink: MemorySink, id: string): void {
  const items = sink.items as Map<string, WireItem>;
  for (const [key, item] of items) if (item['id']?.['N'] === id) items.delete(key);
}

async function patternsOf({ source, sink }: Awaited<ReturnType<typeof written>>) {
  const { signal } = new AbortController();
  const report = await verify({ mapping: loadText(MAPPING), source, sink, only: 'patterns', signal });
  return report.patterns;
}

test('a row that is not found and whose item had expired is no difference', async () => {
  const table = await written([
    ['1', PAST],
    ['2', FUTURE],
    ['3', PAST],
  ]);
  remove(table.sink, '1');
  expect(await patternsOf(table)).toMatchObject([
    { pattern: 'sessionsOfUser', verdict: 'equal', rows: 3, expired: 1 },
    { pattern: 'firstSessions', verdict: 'equal', rows: 2, expired: 1 },
  ]);
});

test('one whose item had not expired is missing', async () => {
  const table = await written([
    ['1', PAST],
    ['2', FUTURE],
  ]);
  remove(table.sink, '1');
  remove(table.sink, '2');
  expect(await patternsOf(table)).toMatchObject([
    { expired: 1, differences: [{ kind: 'missing', row: 'sessions#2' }] },
    { expired: 1, differences: [{ kind: 'missing', row: 'sessions#2' }] },
  ]);
});

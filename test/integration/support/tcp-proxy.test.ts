import pg from 'pg';
import { expect, test } from 'vitest';
import { requireEngine } from '../../support/require-resource.js';
import { openTcpProxy } from '../../support/tcp-proxy.js';

const postgresUrl = requireEngine('postgres');

async function connectTo(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // the cut; the queries' own rejections are looked at
  await client.connect();
  return client;
}

test('the TCP proxy passes a session through', async () => {
  await using proxy = await openTcpProxy(postgresUrl);
  const client = await connectTo(proxy.url);
  const { rows } = await client.query("SELECT repeat('x', 3000000) AS text");
  expect(rows[0].text).toHaveLength(3_000_000);
  expect(proxy.connections).toBe(1);
  await client.end();
});

test('a cut ends every open session, and new ones work', async () => {
  await using proxy = await openTcpProxy(postgresUrl);
  const clients = [await connectTo(proxy.url), await connectTo(proxy.url)];
  const asleep = clients.map((client) => client.query('SELECT pg_sleep(60)'));
  const ends = Promise.allSettled(asleep);
  proxy.cutAll();
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const again = await connectTo(proxy.url);
  expect((await again.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await again.end();
});

test('a cut after some bytes falls into the middle of a result, once', async () => {
  await using proxy = await openTcpProxy(postgresUrl);
  const client = await connectTo(proxy.url);
  const before = proxy.received;
  proxy.cutAfter(100_000);
  await expect(client.query("SELECT repeat('x', 1000) FROM generate_series(1, 5000)")).rejects.toThrow();
  expect(proxy.received - before).toBeGreaterThanOrEqual(100_000);
  const again = await connectTo(proxy.url);
  const { rowCount } = await again.query("SELECT repeat('x', 1000) FROM generate_series(1, 5000)");
  expect(rowCount).toBe(5000);
  await again.end();
});

test('a refusing proxy lets nobody in', async () => {
  await using proxy = await openTcpProxy(postgresUrl);
  proxy.refuse(true);
  await expect(connectTo(proxy.url)).rejects.toThrow();
  proxy.refuse(false);
  await (await connectTo(proxy.url)).end();
});

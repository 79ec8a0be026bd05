import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMapping } from '../../../src/mapping/load-mapping.js';
import { resolveTable } from '../../../src/mapping/resolve/resolve-table.js';
import { type MigrateOptions, migrate } from '../../../src/operations/migrate.js';
import type { MigrateReport } from '../../../src/operations/migrate-report.js';
import { status } from '../../../src/operations/status.js';
import { openSink } from '../../../src/sink/open-sink.js';
import { openSource } from '../../../src/source/open-source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { silentLogger } from '../../../src/support/log.js';
import { openShop, type Shop } from '../../cli/fixture.js';
import { LOCAL_AWS } from '../../support/cli.js';
import { createTable, type TestTable } from '../../support/dynamodb-table.js';
import { type Fault, openFaultProxy, type Script } from '../../support/fault-proxy.js';
import { namesOf } from '../../support/names.js';
import { requireEngine } from '../../support/require-resource.js';
import { openTcpProxy } from '../../support/tcp-proxy.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

const ROWS = 2000;

/** One fault in every `n`-th BatchWriteItem, in turn. */
const every = (n: number, faults: readonly Fault[]): Script => {
  let turn = 0;
  return ({ operation, nth }) => {
    if (operation !== 'BatchWriteItem' || nth % n !== 0) return null;
    turn += 1;
    return faults[turn % faults.length] ?? null;
  };
};

describe('migrate through a bad road', () => {
  let shop: Shop;
  let calm: TestTable;
  let expected: MigrateReport;
  const before = { ...process.env };

  beforeAll(async () => {
    Object.assign(process.env, LOCAL_AWS);
    shop = await openShop(postgresUrl, dynamoUrl, { rows: ROWS });
    await shop.database.query('UPDATE orders SET rep = NULL WHERE id IN (7, 1500)');
    calm = await createTable(dynamoUrl);
    expected = await run(calm, dynamoUrl, shop.database.url);
    expect(expected.totals).toMatchObject({ rows: ROWS + 50, written: 2 * ROWS + 50 - 2, rejects: 2 });
  });
  afterAll(async () => {
    process.env = before;
    await calm.drop();
    await shop[Symbol.asyncDispose]();
  });

  async function run(
    table: TestTable,
    endpointUrl: string,
    sourceUrl: string,
    more: Partial<MigrateOptions> = {},
    profile?: string,
  ): Promise<MigrateReport> {
    const loaded = await loadMapping(shop.mapping);
    const { mapping } = loaded;
    const named = { ...loaded, mapping: { ...mapping, table: { ...mapping.table, name: table.name } } };
    const signal = more.signal ?? new AbortController().signal;
    await using source = await openSource(sourceUrl, { log: silentLogger, signal });
    await using sink = await openSink('dynamodb', {
      table: resolveTable(named.mapping.table),
      endpointUrl,
      profile,
      requestTimeoutMs: 1_000,
      graceMs: 100,
    });
    return await migrate({
      mapping: named,
      source,
      sink,
      state: memoryState(),
      chunkSize: 300,
      signal,
      ...more,
    });
  }

  const faults: readonly (readonly [string, readonly Fault[]])[] = [
    [
      'throttling of the table and of a hot partition',
      [
        { kind: 'throttled', capacity: 'on-demand' },
        {
          kind: 'throttled',
          capacity: 'provisioned',
          reasons: [
            {
              reason: 'TableWriteKeyRangeThroughputExceeded',
              resource: 'arn:aws:dynamodb:local:0:table/shop',
            },
          ],
        },
      ],
    ],
    [
      'items that come back unprocessed',
      [{ kind: 'unprocessed', accept: (_entry, position) => position % 3 === 0 }],
    ],
    [
      'faults of the server',
      [
        { kind: 'status', status: 500 },
        { kind: 'status', status: 503 },
      ],
    ],
    ['connections that are reset', [{ kind: 'reset' }]],
    ['replies that are lost after the write', [{ kind: 'replyLost' }]],
  ];

  it.each(faults)('%s: the table and the sums are those of a calm run', async (_name, list) => {
    await using table = await createTable(dynamoUrl);
    await using proxy = await openFaultProxy(dynamoUrl, every(4, list));
    const report = await run(table, proxy.url, shop.database.url);
    await proxy.idle();
    expect(report.totals).toMatchObject({ ...sums(expected) });
    expect(await table.scanAll()).toEqual(await calm.scanAll());
  });

  it('a session token that expires is renewed: the table and the sums are those of a calm run', async () => {
    const config = join(shop.folder, 'aws-config');
    const script = join(shop.folder, 'credentials.mjs');
    await writeFile(
      script,
      `console.log(JSON.stringify({ Version: 1, AccessKeyId: 'local', SecretAccessKey: 'local', SessionToken: 'T' + process.hrtime.bigint(), Expiration: new Date(Date.now() + 3600e3).toISOString() }));`,
    );
    await writeFile(
      config,
      `[profile renewing]\nregion = eu-west-1\ncredential_process = ${process.execPath} ${script}\n`,
    );
    process.env['AWS_CONFIG_FILE'] = config;
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
    await using table = await createTable(dynamoUrl);
    const tokens = new Set<unknown>();
    let expired: unknown = null;
    await using proxy = await openFaultProxy(dynamoUrl, ({ operation, nth, headers }) => {
      if (operation !== 'BatchWriteItem') return null;
      const token = headers['x-amz-security-token'];
      tokens.add(token);
      if (nth === 20) expired = token; // from now on this one has expired
      return token === expired ? { kind: 'expiredToken' } : null;
    });
    const report = await run(table, proxy.url, shop.database.url, {}, 'renewing').finally(() => {
      Object.assign(process.env, LOCAL_AWS);
    });
    expect(tokens.size).toBeGreaterThan(1);
    expect(report.totals).toMatchObject(sums(expected));
    expect(await table.scanAll()).toEqual(await calm.scanAll());
  });

  it('replies later than the request waits for them, all faults in turn: the same', async () => {
    await using table = await createTable(dynamoUrl);
    const all: Fault[] = [
      { kind: 'delay', ms: 1_300, at: 'reply' },
      { kind: 'delay', ms: 1_050, at: 'request' },
      ...faults.flatMap(([, list]) => list),
    ];
    await using proxy = await openFaultProxy(dynamoUrl, every(6, all));
    const report = await run(table, proxy.url, shop.database.url);
    await proxy.idle();
    expect(report.totals).toMatchObject(sums(expected));
    expect(report.retriedItems).toBeGreaterThan(0);
    expect(report.throttledRequests).toBeGreaterThan(0);
    expect(await table.scanAll()).toEqual(await calm.scanAll());
  });

  it('a storm of server errors in which nothing gets through for a while: the same', async () => {
    await using table = await createTable(dynamoUrl);
    let since: number | null = null;
    await using proxy = await openFaultProxy(dynamoUrl, ({ operation, nth }) => {
      if (operation !== 'BatchWriteItem' || nth < 10) return null;
      since ??= performance.now();
      return performance.now() - since < 2_000 ? { kind: 'status', status: 503 } : null;
    });
    const report = await run(table, proxy.url, shop.database.url);
    expect(report.retriedItems).toBeGreaterThan(0);
    expect(report.totals).toMatchObject(sums(expected));
    expect(await table.scanAll()).toEqual(await calm.scanAll());
  });

  it('a clock that jumps by an hour in the middle of the run: the same', async () => {
    await using table = await createTable(dynamoUrl);
    await using proxy = await openFaultProxy(dynamoUrl, ({ operation, nth }) =>
      operation === 'BatchWriteItem' && nth >= 10 ? { kind: 'skewedClock', aheadMs: 3_600_000 } : null,
    );
    const report = await run(table, proxy.url, shop.database.url);
    expect(report.totals).toMatchObject(sums(expected));
    expect(await table.scanAll()).toEqual(await calm.scanAll());
  });

  it.each([
    ['that cannot be reached', null],
    ['whose name is not found', 'ENOTFOUND'],
    ['whose name servers do not answer', 'EAI_AGAIN'],
  ])('an endpoint %s for a while is waited for: the same', async (_name, code) => {
    await using table = await createTable(dynamoUrl);
    await using proxy = await openTcpProxy(dynamoUrl);
    await using names = namesOf('dynamo.test');
    const endpoint = new URL(proxy.url);
    endpoint.hostname = 'dynamo.test';
    let away = false;
    const report = await run(table, endpoint.href, shop.database.url, {
      // Slow enough to be in the middle, and far from the ten minutes after which it would give up.
      maxWriteUnits: 1500,
      onPrepared: async () => {
        setTimeout(() => {
          away = true;
          if (code === null) proxy.refuse(true);
          else names.fail(code);
          proxy.cutAll();
        }, 500);
        setTimeout(() => {
          proxy.refuse(false);
          names.fail(null);
        }, 2_500);
      },
    });
    expect(away).toBe(true);
    expect(report.retriedItems).toBeGreaterThan(0);
    if (code !== null) expect(names.failures).toBeGreaterThan(1);
    expect(report.totals).toMatchObject(sums(expected));
    expect(await table.scanAll()).toEqual(await calm.scanAll());
  });

  it('a table that never takes anything ends the run by its patience, and a resume completes it', async () => {
    await using table = await createTable(dynamoUrl);
    await using proxy = await openFaultProxy(dynamoUrl, ({ operation }) =>
      operation === 'BatchWriteItem' ? { kind: 'throttled', capacity: 'provisioned' } : null,
    );
    const state = memoryState();
    await expect(run(table, proxy.url, shop.database.url, { state, patienceMs: 300 })).rejects.toMatchObject({
      code: 'SINK_NO_PROGRESS',
      hint: expect.stringContaining('--resume'),
    });
    proxy.follow(() => null);
    const report = await run(table, proxy.url, shop.database.url, { state, mode: 'resume' });
    expect(report.totals).toMatchObject(sums(expected));
    expect(await table.scanAll()).toEqual(await calm.scanAll());
  });

  it('a source whose connections are cut is connected to again: the table and the sums are those of a calm run', async () => {
    await using table = await createTable(dynamoUrl);
    await using proxy = await openTcpProxy(shop.database.url);
    const watched: Partial<MigrateOptions> = {
      sourceConcurrency: 1,
      // Past the snapshot and the first chunks, in the middle of the rows.
      onPrepared: async () => proxy.cutAfter(60_000),
    };
    const report = await run(table, dynamoUrl, proxy.url, watched);
    expect(report.totals).toMatchObject(sums(expected));
    // The reader was cut and not the snapshot: all of it is one moment still.
    expect(report).toMatchObject({ resumes: 0, consistent: true });
    expect(await table.scanAll()).toEqual(await calm.scanAll());
  });

  it('a source that refuses to come back ends the run as the source’s failure, and a resume completes it', async () => {
    await using table = await createTable(dynamoUrl);
    await using proxy = await openTcpProxy(shop.database.url);
    const state = memoryState();
    const watched: Partial<MigrateOptions> = {
      state,
      sourceConcurrency: 1,
      sourcePatienceMs: 500,
      onPrepared: async () => {
        const timer = setInterval(() => {
          if (proxy.received < 60_000) return;
          proxy.refuse(true);
          proxy.cutAll();
          clearInterval(timer);
        }, 1);
        timer.unref();
      },
    };
    const failing = run(table, dynamoUrl, proxy.url, { ...watched, chunkSize: 50, maxWriteUnits: 3000 });
    await expect(failing).rejects.toMatchObject({
      area: 'SOURCE',
      hint: expect.stringContaining('--resume'),
    });
    const [left] = (await status(state)).runs;
    expect(left).toMatchObject({ phase: 'interrupted', holder: null });
    const report = await run(table, dynamoUrl, shop.database.url, { state, mode: 'resume' });
    expect(report.totals).toMatchObject(sums(expected));
    expect(report).toMatchObject({ resumes: 1, consistent: false });
    expect(await table.scanAll()).toEqual(await calm.scanAll());
  });
});

/** What must be the same however bad the road was. */
function sums({ totals: { rows, written, rejects, skipped, held, bytes } }: MigrateReport) {
  return { rows, written, rejects, skipped, held, bytes };
}

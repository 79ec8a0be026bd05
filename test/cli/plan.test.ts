import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRICES } from '../../src/table/cost/prices.js';
import { shareProcess } from '../support/cli.js';
import { scanAll } from '../support/dynamodb-table.js';
import { startPriceList } from '../support/price-list.js';
import { requireEngine } from '../support/require-resource.js';
import { openShop, type Shop } from './fixture.js';

shareProcess();
const dynamoUrl = requireEngine('dynamodb');

let shop: Shop;
beforeAll(async () => {
  shop = await openShop(requireEngine('postgres'), dynamoUrl, { rows: 60 });
});
afterAll(() => shop[Symbol.asyncDispose]());

describe('plan --preflight', () => {
  it('says how the load goes on the table as it is, part by part, and never opens it', async () => {
    const missing = await shop.read(['plan', '--preflight', '--region', 'local', '--table', 'not_there']);
    expect([missing.exit, missing.stderr]).toEqual([0, '']);
    expect(missing.stdout).toContain(
      'there is no table not_there yet.\n  Next: make it: `tablefold table create`',
    );
    const units = ['--write-units', '5', '--read-units', '5'];
    expect((await shop.run(['table create', '--yes', ...units])).exit).toBe(0);
    const made = await shop.run(['plan', '--preflight', '--json']);
    const { preflight } = JSON.parse(made.stdout);
    expect(preflight).toMatchObject({ table: shop.table, mode: 'provisioned', seconds: 34, findings: [] });
    expect(preflight.parts).toMatchObject([
      { index: null, unitsPerSecond: 5, origin: 'provisioned', writeUnits: 170, seconds: 34 },
    ]);
    expect(JSON.parse((await shop.read(['plan', '--json'])).stdout).preflight).toBeNull();
  });
});

describe('plan, time and money', () => {
  it('shows the ways to load side by side, with the prices of the region', async () => {
    const { exit, stdout } = await shop.read(['plan', '--region', 'us-east-1', '--capacity', 'warm:5000']);
    expect(exit).toBe(0);
    const [, shown = ''] =
      /Time and cost in us-east-1, by prices of [\d-]+\n([\s\S]*?)\n\n/.exec(stdout) ?? [];
    expect(`${shown}\n`).toMatchInlineSnapshot(`
      "loaded by       capacity           units/s each  at least              held by               cost
      BatchWriteItem  on-demand                 4,000  43 ms                 table                 < $0.01
      BatchWriteItem  warm:40000               40,000  20 ms                 hottest key of table  $23.40
      BatchWriteItem  provisioned:40000        40,000  20 ms                 hottest key of table  $26.00
      BatchWriteItem  warm:5000                 5,000  34 ms                 table                 $0.65
      S3 import       -                                not said by DynamoDB  -                     < $0.01
      Stored: < $0.01 a month.
      "
    `);
  });

  it('has no prices of other regions, says so, and takes them from a file', async () => {
    const without = await shop.read(['plan', '--region', 'eu-west-1']);
    expect(without.stdout).toContain('no prices of eu-west-1 come along. Give them with --prices FILE');
    const file = join(shop.folder, 'prices.json');
    const regions = { 'eu-west-1': { ...PRICES.regions['us-east-1'], onDemandWriteMillion: 1e6 } };
    await writeFile(file, JSON.stringify({ ...PRICES, currency: 'EUR', regions }));
    const given = await shop.read(['plan', '--region', 'eu-west-1', '--prices', file]);
    expect(given.stdout).toMatch(/^BatchWriteItem {2}on-demand .* €170\.00$/m);
  });

  it('asks AWS for the prices of a region, page by page', async () => {
    await using list = await startPriceList();
    const env = { AWS_ENDPOINT_URL_PRICING: list.url, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
    const asked = await shop.read(['plan', '--region', 'eu-west-1', '--prices', 'aws', '--json'], { env });
    expect([asked.exit, asked.stderr]).toEqual([0, '']);
    const { cost } = JSON.parse(asked.stdout);
    const today = new Date().toISOString().slice(0, 10);
    expect(cost.prices).toMatchObject({ currency: 'USD', asOf: today });
    expect(cost.ways[0]).toMatchObject({ capacity: 'on-demand', cost: (170 * 0.705) / 1e6 });
    expect(list.asked.map(({ target }) => target)).toEqual(Array(3).fill('AWSPriceListService.GetProducts'));
    expect(list.asked[2]).toMatchObject({
      ServiceCode: 'AmazonDynamoDB',
      Filters: [{ Type: 'TERM_MATCH', Field: 'regionCode', Value: 'eu-west-1' }],
      NextToken: '6',
    });
    const wrong = await shop.read(['plan', '--region', 'eu-wset-1', '--prices', 'aws'], { env });
    expect(wrong.exit).toBe(3);
    expect(wrong.stderr).toContain('AWS lists no prices of DynamoDB in eu-wset-1');
  });

  it('says what keeps AWS from telling its prices, and what to do', async () => {
    await using denied = await startPriceList({
      code: 'AccessDeniedException',
      message: 'User is not authorized to perform: pricing:GetProducts',
    });
    const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
    const args = ['plan', '--region', 'eu-west-1', '--prices', 'aws'];
    const refused = await shop.read(args, { env: { ...keys, AWS_ENDPOINT_URL_PRICING: denied.url } });
    expect(refused.stderr).toContain('not authorized to perform: pricing:GetProducts');
    expect(refused.stderr).toContain('Let this user have pricing:GetProducts');
    const nobody = await shop.read(args, {
      env: { ...keys, AWS_ENDPOINT_URL_PRICING: 'http://127.0.0.1:1' },
    });
    expect(nobody.stderr).toContain('AWS does not say its prices: connect ECONNREFUSED 127.0.0.1:1');
    const nowhere = await shop.read(['plan', '--prices', 'aws'], { env: { ...keys, AWS_REGION: '' } });
    expect(nowhere.stderr).toContain('no region is known');
    expect([refused.exit, nobody.exit, nowhere.exit]).toEqual([3, 3, 3]);
  });

  it('refuses with exit 3 what costs more than --max-cost, behind the whole report', async () => {
    const args = ['plan', '--region', 'us-east-1', '--max-cost'];
    const over = await shop.read([...args, '0.0001']);
    expect(over.exit).toBe(3);
    expect(over.stdout).toContain('110 rows');
    expect(over.stdout).toContain(
      'loading costs about 0.00011 USD with on-demand, more than the 0.0001 of --max-cost',
    );
    expect((await shop.read([...args, '0.01'])).exit).toBe(0);
    const unknown = await shop.read(['plan', '--region', 'eu-west-1', '--max-cost', '5', '--json']);
    expect([unknown.exit, JSON.parse(unknown.stdout).cost.prices]).toEqual([3, null]);
    expect((await shop.read([...args, 'much'])).exit).toBe(2);
  });
});

describe('plan --sample', () => {
  it('says what a part of the rows tells of all, and that it is an estimate', async () => {
    const { exit, stdout } = await shop.read(['plan', '--sample', '50%', '-e', 'Customer', '--json']);
    expect(exit).toBe(0);
    // Fifty customers are five chunks: fewer than are read in any case.
    const exact = { value: 50, low: 50, high: 50 };
    expect(JSON.parse(stdout).sample).toMatchObject({ percent: 50, seed: 1, totals: { rows: exact } });
    const text = await shop.read(['plan', '--sample', '1%', '--seed', '7']);
    expect(text.stdout).toMatch(/^Estimated from 1 % of the chunks \(seed 7\)/);
    expect((await shop.read(['plan', '--sample', '1%', '--limit', '5'])).exit).toBe(2);
    expect((await shop.read(['plan', '--sample', '5'])).exit).toBe(2);
  });
});

describe('--html', () => {
  it('of plan and of diff is a file that holds the report, and nowhere to put it is exit 3', async () => {
    const plan = join(shop.folder, 'plan.html');
    expect((await shop.read(['plan', '--html', plan])).exit).toBe(0);
    const page = await readFile(plan, 'utf8');
    expect(page).toContain('"sampledPartitions":[{"partition":"');
    expect(page).toContain('Content-Security-Policy');
    const nowhere = await shop.read(['plan', '--html', join(shop.folder, 'none', 'plan.html')]);
    expect(nowhere.exit).toBe(3);
    expect(nowhere.stderr).toContain('RUN_OUTPUT');
    expect((await shop.run(['table create'])).exit).toBe(0);
    const diff = join(shop.folder, 'diff.html');
    expect((await shop.run(['diff', '--html', diff])).exit).toBe(6);
    expect(await readFile(diff, 'utf8')).toContain('"kind":"missing","entity":"Customer"');
  });
});

describe('--markdown', () => {
  it('writes a summary to a file beside the report, or prints it instead', async () => {
    const file = join(shop.folder, 'plan.md');
    const both = await shop.read(['plan', '--markdown', file]);
    expect(both.stdout).toContain('Biggest items');
    expect(await readFile(file, 'utf8')).toMatch(/^### Plan: .*\n\n✅ Nothing would be rejected/);
    expect((await shop.read(['plan', '--markdown', '-'])).stdout).toBe(await readFile(file, 'utf8'));
    expect((await shop.run(['table create'])).exit).toBe(0);
    expect((await shop.run(['diff', '--markdown', '-'])).stdout).toMatch(/^### Diff: .*\n\n❌ 170 missing/);
  });
});

describe('migrate --max-cost', () => {
  const max = (amount: string) => ['migrate', '--region', 'us-east-1', '--max-cost', amount];

  it('refuses before the first write what costs more, and lets go what costs less', async () => {
    expect((await shop.run(['table create', '--region', 'us-east-1'])).exit).toBe(0);
    const refused = await shop.run(max('0.0001'));
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toContain('loading costs about 0.00011 USD with on-demand, more than the 0.0001');
    expect(await scanAll(dynamoUrl, shop.table)).toEqual([]);
    const canary = await shop.run([...max('0.00001'), '-e', 'Customer', '--limit', '3']);
    expect(canary.exit, canary.stderr).toBe(0);
    const whole = await shop.run([...max('0.01'), '--existing', 'overwrite']);
    expect(whole.exit, whole.stderr).toBe(0);
  });
});

describe('plan, whatever it is asked', () => {
  it('sends DynamoDB nothing', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer(({ headers }, response) => {
      asked.push(String(headers['x-amz-target']));
      response.writeHead(500).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const env = { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
      for (const more of [[], ['--max-cost', '5', '--region', 'us-east-1'], ['--sample', '1%'], ['--sql']]) {
        const { exit, stderr } = await shop.read(['plan', ...more], { env });
        expect(exit, stderr).toBe(0);
      }
      expect(asked).toEqual([]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

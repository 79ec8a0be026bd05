import { afterAll, beforeAll, expect, it } from 'vitest';
import { shareProcess } from '../support/cli.js';
import { requireEngine } from '../support/require-resource.js';
import { openShop, type Shop } from './fixture.js';

shareProcess();
const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

let shop: Shop;
beforeAll(async () => {
  shop = await openShop(postgresUrl, dynamoUrl, { rows: 20 });
  await shop.run(['table create']);
});
afterAll(() => shop[Symbol.asyncDispose]());

it('a share of the capacity says at the start of the run what it is a share of', async () => {
  const { exit, stderr } = await shop.run(['migrate', '--max-write-units', '50%']);
  expect(exit, stderr).toBe(0);
  expect(stderr).toMatch(
    /at most \d+ write units a second, 50 % of \d+ write units a second: table \d+ \(on-demand default\)/,
  );
});

it('a share of a table that is not there is told before anything is read', async () => {
  const { exit, stderr } = await shop.run(['migrate', '--table', 'not.there', '--max-write-units', '50%']);
  expect(exit).not.toBe(0);
  expect(stderr).toContain('SINK_TABLE_MISSING');
});

it('what is no rate is refused with both spellings in the hint', async () => {
  const { exit, stderr } = await shop.run(['migrate', '--max-write-units', '120%']);
  expect(exit).toBe(2);
  expect(stderr).toMatch(/500.*80%/);
});

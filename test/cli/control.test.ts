import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliResult } from '../support/cli.js';
import { scanAll } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { openShop, type Shop } from './fixture.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');
const ROWS = 1500;
/** About 3,000 write units: half a minute, unless it is told otherwise. */
const SLOW = ['--max-write-units', '100', '--chunk-size', '100', '--existing', 'overwrite'];

describe('control', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(postgresUrl, dynamoUrl, { rows: ROWS });
    const create = await shop.run(['table create']);
    expect(create.exit, create.stderr).toBe(0);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const control = (state: string, ...args: string[]) =>
    shop.read(['control', ...args, '--state', state, '--json']);

  /** Begins a migration; resolves when it reads, with its end. */
  async function begin(
    state: string,
    args: readonly string[],
  ): Promise<{ readonly end: Promise<CliResult> }> {
    let reads = () => {};
    const reading = new Promise<void>((resolve) => {
      reads = resolve;
    });
    const end = shop.run(['migrate', ...SLOW, '--state', state, ...args, '--json'], {
      onStart: (child) => {
        child.stderr?.on('data', (text: string) => {
          if (text.includes('snapshot taken')) reads();
        });
      },
    });
    await Promise.race([reading, end]);
    return { end };
  }

  it.each([['1'], ['2']])(
    'pauses a live run of %s thread, and lets it go on at another rate',
    async (threads) => {
      const state = `${shop.state}-${threads}`;
      const run = await begin(state, ['--threads', threads]);
      const pause = await control(state, '--pause');
      expect(pause.exit, pause.stderr).toBe(0);
      expect(JSON.parse(pause.stdout)).toEqual({
        run: shop.table,
        paused: true,
        maxWriteUnits: null,
        heeded: true,
      });
      await delay(300); // what is under way lands
      const before = await scanAll(dynamoUrl, shop.table);
      await delay(1500);
      expect(await scanAll(dynamoUrl, shop.table)).toEqual(before);
      const status = JSON.parse((await shop.read(['status', '--state', state, '--json'])).stdout);
      expect(status.runs[0]).toMatchObject({
        phase: 'running',
        control: { paused: true, maxWriteUnits: null },
      });

      const faster = await control(state, '--max-write-units', 'unlimited');
      expect(JSON.parse(faster.stdout)).toMatchObject({ paused: true, maxWriteUnits: 'unlimited' });
      const asked = performance.now();
      const goOn = await control(state, shop.table, '--go-on');
      expect(JSON.parse(goOn.stdout)).toMatchObject({
        paused: false,
        maxWriteUnits: 'unlimited',
        heeded: true,
      });
      const end = await run.end;
      expect(end.exit, end.stderr).toBe(0);
      // At the rate it began with, the rest would take thirty seconds.
      expect(performance.now() - asked).toBeLessThan(20_000);
      expect(JSON.parse(end.stdout)).toMatchObject({ consistent: true, totals: { written: 50 + 2 * ROWS } });
    },
  );

  it('refuses a run that is not live, and a question without a wish', async () => {
    const ended = await control(`${shop.state}-1`, '--pause');
    expect(ended.exit).toBe(2);
    expect(JSON.parse(ended.stdout).error).toMatchObject({ code: 'RUN_NOT_LIVE' });
    const named = await control(`${shop.state}-1`, 'other', '--pause');
    expect(JSON.parse(named.stdout).error.message).toContain('other is not live');
    const wrong = await control(`${shop.state}-1`, '--max-write-units', 'fast');
    expect(wrong.exit).toBe(2);
    expect(JSON.parse(wrong.stdout).error).toMatchObject({
      code: 'USAGE_VALUE',
      message: 'Parsing --max-write-units: --max-write-units "fast" is no rate',
    });
    const nothing = await control(`${shop.state}-1`);
    expect(nothing.exit).toBe(2);
    expect(JSON.parse(nothing.stdout).error).toMatchObject({ code: 'USAGE_MISSING' });
  });
});

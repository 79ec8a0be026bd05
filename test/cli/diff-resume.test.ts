import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import type { DiffCheckpoint } from '../../src/operations/diff-checkpoint.js';
import { fileState } from '../../src/state/file/file-state.js';
import { BIN, type CliOptions, LOCAL_AWS, shareProcess } from '../support/cli.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { scanAll } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { MAPPING, openShop, type Shop } from './fixture.js';

shareProcess();
const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

/** Each row as slow as the table `pace` says: in a snapshot what it said when that was taken. Rows come one by one, unsorted. */
const SLOW = `
  CREATE TABLE pace (seconds float8 NOT NULL);
  INSERT INTO pace VALUES (0);
  CREATE FUNCTION unhurried() RETURNS boolean LANGUAGE plpgsql VOLATILE AS
    'BEGIN PERFORM pg_sleep((SELECT seconds FROM public.pace)); RETURN true; END';
  DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET enable_sort = off', current_database());
    EXECUTE format('ALTER DATABASE %I SET enable_seqscan = off', current_database());
  END $$;`;

describe('a diff that is kept', () => {
  let shop: Shop;
  let state: string;
  let file: string;
  let calm: { readonly report: object; readonly lines: readonly string[] };
  const pace = (seconds: number) => shop.database.query(`UPDATE pace SET seconds = ${seconds}`);
  const checkpoint = async () => {
    const found = await fileState(state).read(`${shop.table}.diff`);
    return (found?.record.kept ?? null) as DiffCheckpoint | null;
  };
  const kept = (...args: string[]) => ['diff', '--json', '--state', state, '--out', file, ...args];
  /** The report and the file without ids, and times. */
  const lasting = async (stdout: string, path = file) => {
    const { durationMs, snapshots, consistent, ...report } = JSON.parse(stdout);
    const lines = (await readFile(path, 'utf8')).trim().split('\n');
    const plain = lines.map((line) => line.replace(/"(runId|startedAt|endedAt)":"[^"]*"/g, '"$1":"…"'));
    return { report, lines: plain };
  };
  /** Sends the signal as soon as `when` is true. */
  const signalWhen = (when: () => Promise<boolean>, signal: NodeJS.Signals = 'SIGKILL'): CliOptions => ({
    onStart(child) {
      void (async () => {
        while (child.exitCode === null && child.signalCode === null) {
          const sent = (await when()) && child.kill(signal);
          if (sent) break;
          await delay(20);
        }
      })();
    },
  });
  const inRows = async () => Object.values((await checkpoint())?.open ?? {}).some(({ rows }) => rows > 0);
  const inScan = async () => {
    const segments = (await checkpoint())?.segments ?? [];
    return segments.some(({ done }) => done) && segments.some(({ done }) => !done);
  };
  const inComparing = async () => (await readFile(file, 'utf8')).trim().split('\n').length > 1;
  const newState = (name: string) => {
    state = `${shop.state}-${name}`;
    file = join(shop.folder, `${name}.ndjson`);
  };
  const killedInRows = async () => {
    await pace(0.002);
    const killed = await shop.run(kept(), signalWhen(inRows));
    expect([killed.exit, killed.stdout]).toEqual([null, '']);
    await pace(0);
  };

  beforeAll(async () => {
    const mapping = MAPPING.replace('from: orders', 'from: orders\n    where: public.unhurried()');
    shop = await openShop(postgresUrl, dynamoUrl, { rows: 1500, mapping });
    await shop.database.query(SLOW);
    await shop.run(['table create']);
    const migrated = await shop.run(['migrate']);
    expect(migrated.exit, migrated.stderr).toBe(0);
    const items = (await scanAll(dynamoUrl, shop.table)) as readonly WireItem[];
    for (const [at, { pk, sk }] of items.entries()) {
      const Key = { pk, sk };
      if (at % 40 === 0) await callDynamoDb(dynamoUrl, 'DeleteItem', { TableName: shop.table, Key });
      if (at % 40 !== 1) continue;
      await callDynamoDb(dynamoUrl, 'UpdateItem', {
        ...{ TableName: shop.table, Key, UpdateExpression: 'SET #s = :v, seenBy = :v' },
        ...{
          ExpressionAttributeNames: { '#s': 'status' },
          ExpressionAttributeValues: { ':v': { S: 'LOST' } },
        },
      });
    }
    await shop.database.query('DELETE FROM orders WHERE id % 30 = 0');
    await shop.database.query('UPDATE orders SET rep = NULL WHERE id % 70 = 1'); // rejects: their old items are no orphans
    const whole = join(shop.folder, 'calm.ndjson');
    const ran = await shop.run(['diff', '--json', '--out', whole]);
    expect(ran.exit, ran.stderr).toBe(6);
    calm = await lasting(ran.stdout, whole);
    expect(calm.report).toMatchObject({ totals: { orphans: 100, rejects: 22 } });
    expect(calm.lines.length).toBeGreaterThan(200);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  it('is killed -9 among the rows, in the scan and while it compares, and then says the same', async () => {
    newState('thrice');
    await killedInRows();
    const [begun] = JSON.parse((await shop.read(['status', '--state', state, '--json'])).stdout).runs;
    expect(begun).toMatchObject({ operation: 'diff', phase: 'interrupted', scan: null });
    const [header] = (await readFile(file, 'utf8')).split('\n');

    const inTheScan = await shop.run(kept('--resume', '--max-read-units', '8'), signalWhen(inScan));
    expect([inTheScan.exit, inTheScan.stdout]).toEqual([null, '']);
    const shown = await shop.read(['status', '--state', state]);
    expect(shown.stdout).toMatch(/table: [\d,]+ items read, \d of 8 segments to their end/);
    expect(shown.stdout).toContain('run the same diff command with --resume');

    await pace(0.002);
    const inTheEnd = await shop.run(kept('--resume'), signalWhen(inComparing));
    expect([inTheEnd.exit, inTheEnd.stdout]).toEqual([null, '']);
    await pace(0);

    const over = await shop.run(kept('--resume'));
    expect(over.exit, over.stderr).toBe(6);
    expect(await lasting(over.stdout)).toEqual(calm);
    expect(JSON.parse(over.stdout)).toMatchObject({
      consistent: false,
      snapshots: [{ why: 'begun' }, { why: 'resumed', chunksReadAgain: ['Order/0'] }],
    });
    // One diff, as old as its first process: prune goes by that.
    expect((await readFile(file, 'utf8')).split('\n')[0]).toBe(header);
    expect(JSON.parse(header ?? '')).toMatchObject({ runId: begun.runId, startedAt: begun.startedAt });
    const prune = await shop.run(['prune', '--differences', file, '--max-deletes', '100%', '--json']);
    expect(JSON.parse(prune.stdout)).toMatchObject({ mode: 'dry', orphans: 100, deletable: 100 });

    const again = await shop.run(kept('--resume'));
    expect([again.exit, JSON.parse(again.stdout).error.code]).toEqual([3, 'STATE_MISSING']);
  });

  it('is of one moment where all rows were read before it was killed', async () => {
    newState('scan');
    const killed = await shop.run(kept('--max-read-units', '8'), signalWhen(inScan));
    expect([killed.exit, killed.stdout]).toEqual([null, '']);
    const over = await shop.run(kept('--resume'));
    expect(over.exit, over.stderr).toBe(6);
    expect(await lasting(over.stdout)).toEqual(calm);
    expect(JSON.parse(over.stdout)).toMatchObject({ consistent: true, snapshots: [{ why: 'begun' }] });
  });

  it('says on Ctrl-C what is kept, and the command that goes on', async () => {
    newState('interrupted');
    await pace(0.002);
    const args = kept().filter((arg) => arg !== '--json');
    const stopped = await shop.run(args, signalWhen(inRows, 'SIGINT'));
    await pace(0);
    expect(stopped.exit, stopped.stderr).toBe(130);
    expect(stopped.stderr).toMatch(/interrupted; \d+ rows are read and kept in \S+\.diff/);
    const [, command = ''] = /Go on with: (tablefold diff .*)/.exec(stopped.stderr) ?? [];
    expect(command).toBe(`tablefold diff --table ${shop.table} --state ${state} --out ${file} --resume`);
    const over = await shop.read([...command.split(' ').slice(1), '--json']);
    expect(over.exit, over.stderr).toBe(6);
    expect(await lasting(over.stdout)).toEqual(calm);
  });

  it('is not gone on with by another mapping or of other entities, nor begun again unasked', async () => {
    newState('refused');
    await killedInRows();
    const code = async (...args: string[]) => {
      const ran = await shop.run(kept(...args).filter((arg) => arg !== '--out' && arg !== file));
      return [ran.exit, JSON.parse(ran.stdout).error];
    };
    expect(await code()).toMatchObject([
      3,
      { code: 'STATE_EXISTS', hint: expect.stringMatching(/--resume.*--restart/) },
    ]);
    expect(await code('--resume', '-e', 'Order')).toMatchObject([
      3,
      {
        code: 'STATE_OTHER_RUN',
        message: expect.stringContaining('--entity (was ["Customer","Order"], is ["Order"])'),
      },
    ]);
    const other = join(shop.folder, 'other.yaml');
    await writeFile(other, (await readFile(shop.mapping, 'utf8')).replace('sk: PROFILE', 'sk: PERSON'));
    expect(await code('--resume', '--mapping', other)).toMatchObject([
      3,
      { code: 'STATE_OTHER_RUN', message: expect.stringMatching(/the mapping \(was \w{12}, is \w{12}\)/) },
    ]);
    await shop.database.query('ALTER TABLE customers ALTER COLUMN name TYPE varchar(99)');
    expect(await code('--resume')).toMatchObject([
      3,
      { code: 'STATE_OTHER_RUN', message: expect.stringContaining('the tables in the source') },
    ]);
    await shop.database.query('ALTER TABLE customers ALTER COLUMN name TYPE text');
    const alone = await shop.run(['diff', '--resume']);
    expect([alone.exit, alone.stderr]).toEqual([2, expect.stringMatching(/with --state DIR/)]);
    const sample = await shop.run(['diff', '--state', state, '--sample', '10']);
    expect([sample.exit, sample.stderr]).toEqual([2, expect.stringMatching(/--seed draws the same/)]);
    // All of that has changed nothing.
    const over = await shop.run(kept('--resume'));
    expect(await lasting(over.stdout)).toEqual(calm);
  });

  it('says what to do where the disk takes no more, and goes on when it does', async () => {
    newState('full');
    const limited = await withLargestFile(64, ['--table', shop.table, ...kept().slice(1)]);
    expect(limited.exit).toBe(3);
    expect(limited.error).toMatchObject({
      code: 'STATE_IO',
      message: expect.stringMatching(/what was read cannot be kept in .*EFBIG/),
      hint: expect.stringContaining('--resume'),
    });
    const over = await shop.run(kept('--resume'));
    expect(over.exit, over.stderr).toBe(6);
    expect(await lasting(over.stdout)).toEqual(calm);
  });

  /** Runs `diff` where no file grows over so many KB: the nearest to a full disk that needs no disk. */
  async function withLargestFile(kilobytes: number, args: readonly string[]) {
    const child = spawn(
      'bash',
      ['-c', `ulimit -f ${kilobytes}; exec "$@"`, 'bash', process.execPath, BIN, 'diff', ...args],
      {
        cwd: shop.folder,
        env: {
          ...{ PATH: process.env['PATH'], ...LOCAL_AWS, SOURCE_URL: shop.database.url },
          ...{ TABLEFOLD_MAPPING: shop.mapping, AWS_ENDPOINT_URL: dynamoUrl },
        },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    let stdout = '';
    for await (const text of child.stdout.setEncoding('utf8')) stdout += text;
    const exit = child.exitCode ?? (await new Promise<number | null>((done) => child.once('exit', done)));
    return { exit, error: JSON.parse(stdout).error };
  }
});

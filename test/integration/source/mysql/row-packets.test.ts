import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openSource } from '../../../../src/source/open-source.js';
import type { Selected, Source } from '../../../../src/source/source.js';
import { never, withSnapshot } from '../../../contract/source/queries.js';
import { createMySqlDatabase, type MySqlTestDatabase, numbers } from '../../../support/mariadb-database.js';
import { requireEngine } from '../../../support/require-resource.js';

/** A driver that goes another way from its command's `row` than the one that is taken over, as another version of it might. */
const driver = vi.hoisted(() => ({ goesAnotherWay: false }));
vi.mock('../../../../src/source/mysql/row-packets.js', async (original) => {
  const { takeRows } = await original<typeof import('../../../../src/source/mysql/row-packets.js')>();
  return {
    takeRows: (...args: Parameters<typeof takeRows>) => {
      if (!driver.goesAnotherWay) takeRows(...args);
    },
  };
});

const server = requireEngine('mariadb');
let database: MySqlTestDatabase;
let source: Source;

beforeAll(async () => {
  database = await createMySqlDatabase(
    server,
    `CREATE TABLE rows_of_text (id int PRIMARY KEY, t text);
     INSERT INTO rows_of_text SELECT seq, repeat('é', seq MOD 700) FROM ${numbers(3000)} n`,
  );
  source = await openSource(database.url);
});
afterEach(() => {
  driver.goesAnotherWay = false;
});
afterAll(async () => {
  await source?.[Symbol.asyncDispose]();
  await database?.drop();
});

/** What each question is answered with, in turn over one session: a result or an error. */
function ask(...questions: readonly string[]): Promise<readonly unknown[]> {
  return withSnapshot(
    source,
    async (snapshot) => {
      const answers: unknown[] = [];
      for (const sql of questions) {
        const asked = snapshot.select({ sql, parameters: new Map(), most: 5_000 }, never);
        answers.push(await asked.catch((error: unknown) => error));
      }
      return answers;
    },
    1,
  );
}

test('rows that stand across what arrives at once are whole', async () => {
  const [answer] = await ask('SELECT id, t FROM rows_of_text ORDER BY id');
  const rows = Array.from({ length: 3000 }, (_, n) => [String(n + 1), 'é'.repeat((n + 1) % 700)]);
  expect((answer as Selected).rows).toEqual(rows);
});

test('a row of more than 16 MB, which comes in several packets, is one', async () => {
  const [answer] = await ask("SELECT repeat('a', 9000000), repeat('b', 9000000), 1");
  const [row] = (answer as Selected).rows;
  expect(row?.map((cell) => [cell?.length, cell?.slice(0, 1)])).toEqual([
    [9_000_000, 'a'],
    [9_000_000, 'b'],
    [1, '1'],
  ]);
});

test('what the server complains of behind some rows is told, and the session goes on', async () => {
  const broken = 'SELECT id, IF(id < 2000, t, (SELECT 1 UNION SELECT id)) FROM rows_of_text ORDER BY id';
  const [failed, answer] = await ask(broken, 'SELECT 1');
  expect(failed).toMatchObject({ code: 'SOURCE_QUERY', message: expect.stringMatching(/more than 1 row/) });
  expect(answer).toMatchObject({ rows: [['1']], more: false });
});

test('rows that the driver reads by itself are an error, and not rows that are missing', async () => {
  await withSnapshot(
    source,
    async (snapshot) => {
      const few = (where: string) => {
        const sql = `SELECT id FROM rows_of_text WHERE ${where} ORDER BY id`;
        return snapshot.select({ sql, parameters: new Map(), most: 10 }, never);
      };
      expect((await few('id < 3')).rows).toEqual([['1'], ['2']]);
      driver.goesAnotherWay = true;
      await expect(few('id < 3')).rejects.toThrow('the driver has read a row by itself');
      expect((await few('id < 0')).rows).toEqual([]);
      driver.goesAnotherWay = false;
      expect((await few('id < 3')).rows).toEqual([['1'], ['2']]);
    },
    1,
  );
});

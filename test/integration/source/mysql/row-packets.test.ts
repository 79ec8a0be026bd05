import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSource } from '../../../../src/source/open-source.js';
import type { Selected, Source } from '../../../../src/source/source.js';
import { never, withSnapshot } from '../../../contract/source/queries.js';
import { createMySqlDatabase, type MySqlTestDatabase, numbers } from '../../../support/mariadb-database.js';
import { requireEngine } from '../../../support/require-resource.js';

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

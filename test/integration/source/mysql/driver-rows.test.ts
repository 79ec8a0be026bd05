import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openSource } from '../../../../src/source/open-source.js';
import type { Source } from '../../../../src/source/source.js';
import { never, withSnapshot } from '../../../contract/source/queries.js';
import { createMySqlDatabase, type MySqlTestDatabase } from '../../../support/mariadb-database.js';
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
    'CREATE TABLE items (id int PRIMARY KEY); INSERT INTO items VALUES (1), (2)',
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

test('rows that the driver reads by itself are an error, and not rows that are missing', async () => {
  await withSnapshot(
    source,
    async (snapshot) => {
      const ask = (where: string) =>
        snapshot.select(
          { sql: `SELECT id FROM items ${where} ORDER BY id`, parameters: new Map(), most: 10 },
          never,
        );
      expect((await ask('')).rows).toEqual([['1'], ['2']]);
      driver.goesAnotherWay = true;
      await expect(ask('')).rejects.toThrow('the driver has read a row by itself');
      expect((await ask('WHERE id > 2')).rows).toEqual([]);
      driver.goesAnotherWay = false;
      expect((await ask('')).rows).toEqual([['1'], ['2']]);
    },
    1,
  );
});

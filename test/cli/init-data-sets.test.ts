import { describe, expect, it } from 'vitest';
import type { InitReport } from '../../src/operations/init.js';
import { tablefold } from '../support/cli.js';
import { type CountedDatabase, countedMariaDb, countedPostgres } from '../support/counted-database.js';
import { mysqlScript, postgresScripts } from '../support/data-sets.js';
import { dropTable, scanAll, uniqueTableName } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const postgresUrl = requireEngine('postgres');
const mariadbUrl = requireEngine('mariadb');
const dynamoUrl = requireEngine('dynamodb');
const chinook = postgresScripts('chinook');
const sakila = postgresScripts('sakila');
const shop = new URL('../demo/shop.sql', import.meta.url);

/**
 * Every table and type of each data set, but fewer of the rows that it has most of: no draft depends on them, and
 * DynamoDB Local takes a millisecond for each. Chinook is whole once here; test/scenarios moves both, the demo the shop.
 */
const FEWER_ORDERS =
  'DELETE FROM order_lines WHERE order_id > 1500; DELETE FROM orders WHERE id > 1500; ANALYZE;';
const FEWER_RENTALS =
  'DELETE FROM payment WHERE rental_id > 2000; DELETE FROM rental WHERE rental_id > 2000;';
const FEWER_TITLES = 'DELETE FROM playlist_track WHERE track_id > 500;';

const DATABASES: readonly (readonly [string, () => Promise<CountedDatabase>])[] = [
  ['Chinook in Postgres', () => countedPostgres(postgresUrl, ...chinook)],
  ['Sakila in Postgres', () => countedPostgres(postgresUrl, ...sakila, `${FEWER_RENTALS} ANALYZE;`)],
  ['the shop in Postgres', () => countedPostgres(postgresUrl, shop, FEWER_ORDERS)],
  [
    'Chinook in MariaDB',
    async () => countedMariaDb(mariadbUrl, `${await mysqlScript('chinook')}\n${FEWER_TITLES}`),
  ],
  [
    'Sakila in MariaDB',
    async () => countedMariaDb(mariadbUrl, `${await mysqlScript('sakila')}\n${FEWER_RENTALS}`),
  ],
];

describe('init, check, table create and migrate as they are typed', () => {
  it.each(DATABASES)(
    'bring every row of %s into the table, as SQL counts them',
    async (_, open) => {
      await using database = await open();
      await using folder = await temporaryFolder();
      const env = { SOURCE_URL: database.url, AWS_ENDPOINT_URL: dynamoUrl };
      const run = async (...args: readonly string[]) => {
        const ran = await tablefold([...args, '--json'], { cwd: folder.path, env });
        expect(ran.exit, ran.stderr + ran.stdout).toBe(0);
        return JSON.parse(ran.stdout) as Pick<InitReport, 'entities'>;
      };
      const table = uniqueTableName();
      const { entities } = await run('init', '--table', table);
      expect(await run('check', '--mapping', 'mapping.yaml')).toMatchObject({ errors: 0 });
      await run('table', 'create', '--mapping', 'mapping.yaml');
      try {
        const migrated = await run('migrate', '--mapping', 'mapping.yaml');
        const expected: Record<string, number> = {};
        for (const { entity, table: from, copies } of entities) {
          const rows = await database.count(from);
          if (rows > 0) expected[entity] = rows * copies.length;
        }
        const found: Record<string, number> = {};
        for (const { _type } of await scanAll(dynamoUrl, table)) {
          const entity = String(_type?.['S']);
          found[entity] = (found[entity] ?? 0) + 1;
        }
        expect(found).toEqual(expected);
        const written = Object.values(expected).reduce((sum, items) => sum + items, 0);
        expect(migrated).toMatchObject({ totals: { written, rejects: 0 } });
      } finally {
        await dropTable(dynamoUrl, table);
      }
    },
    300_000,
  );
});

import { expect, test } from 'vitest';
import { postgresScripts } from '../../support/data-sets.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const postgresUrl = requireEngine('postgres');
const chinook = postgresScripts('chinook');
const sakila = postgresScripts('sakila');

/** Rows of every table, empty ones left out; the figures are those of the data sets' own README. */
const COUNTS = `
  SELECT sum(n)::int AS rows FROM (
    SELECT (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM ONLY %I', relname), true, true, '')))[1]::text::int AS n
    FROM pg_stat_user_tables) t`;

test('Chinook loads wholly, with its foreign keys', async () => {
  await using database = await createDatabase(postgresUrl, ...chinook);
  expect(await database.query(COUNTS)).toEqual([{ rows: 15_607 }]);
  expect(await database.query(`SELECT count(*)::int FROM pg_constraint WHERE contype = 'f'`)).toEqual([
    { count: 11 },
  ]);
});

test('Sakila loads wholly from its COPY blocks, with its foreign keys, arrays and NULLs', async () => {
  await using database = await createDatabase(postgresUrl, ...sakila);
  expect(await database.query(COUNTS)).toEqual([{ rows: 46_273 }]);
  expect(await database.query(`SELECT count(*)::int FROM pg_constraint WHERE contype = 'f'`)).toEqual([
    { count: 40 },
  ]);
  expect(await database.query(`SELECT special_features FROM film WHERE film_id = 1`)).toEqual([
    { special_features: ['Deleted Scenes', 'Behind the Scenes'] },
  ]);
  expect(await database.query(`SELECT username, picture FROM staff ORDER BY staff_id`)).toEqual([
    { username: 'Mike', picture: null },
    { username: 'Jon', picture: null },
  ]);
});

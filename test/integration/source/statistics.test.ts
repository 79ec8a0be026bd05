import { expect, it } from 'vitest';
import { openSource } from '../../../src/source/open-source.js';
import { createMySqlDatabase } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const postgresUrl = requireEngine('postgres');
const mariadbUrl = requireEngine('mariadb');

const TABLE = 'CREATE TABLE orders (id int PRIMARY KEY, country varchar(2) NOT NULL)';
const ROWS = Array.from({ length: 1000 }, (_, at) => `(${at}, '${at % 10 < 6 ? 'DE' : `X${at % 10}`}')`).join(
  ',',
);
const { signal } = new AbortController();

it('Postgres says how many values its columns have, how common the commonest is, and how wide they are', async () => {
  await using database = await createDatabase(
    postgresUrl,
    `${TABLE}; INSERT INTO orders VALUES ${ROWS}; ANALYZE; CREATE TABLE never_analysed (id int)`,
  );
  await using source = await openSource(database.url);
  const statistics = await source.statistics(signal);
  const table = { schema: 'public', name: 'orders' };
  expect(statistics).toContainEqual({
    table,
    column: 'id',
    distinct: 1000,
    commonest: null,
    averageBytes: 4,
  });
  expect(statistics.find(({ column }) => column === 'country')).toMatchObject({
    table,
    distinct: 5,
    averageBytes: 3,
  });
  expect(statistics.find(({ column }) => column === 'country')?.commonest).toBeCloseTo(0.6, 1);
  expect(statistics.filter(({ table: { name } }) => name === 'never_analysed')).toEqual([]);
});

it('MariaDB says how many values the columns have that begin an index', async () => {
  await using database = await createMySqlDatabase(
    mariadbUrl,
    `${TABLE}; CREATE INDEX by_country ON orders (country); INSERT INTO orders VALUES ${ROWS}; ANALYZE TABLE orders`,
  );
  await using source = await openSource(database.url);
  const statistics = await source.statistics(signal);
  expect(statistics.map(({ column }) => column).sort()).toEqual(['country', 'id']);
  const country = statistics.find(({ column }) => column === 'country');
  expect(country).toMatchObject({ commonest: null, averageBytes: null });
  // InnoDB samples pages: near the truth, and never in the hundreds.
  expect(country?.distinct).toBeGreaterThanOrEqual(1);
  expect(country?.distinct).toBeLessThan(50);
});

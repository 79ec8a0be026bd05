import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadMapping } from '../../../src/mapping/load-mapping.js';
import { check } from '../../../src/operations/check.js';
import { plan } from '../../../src/operations/plan.js';
import { openSource } from '../../../src/source/open-source.js';
import { createMySqlDatabase } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const postgresUrl = requireEngine('postgres');
const mysqlUrl = requireEngine('mariadb');
const { signal } = new AbortController();

const DOCUMENT = {
  version: 1,
  table: { name: 'things', partitionKey: 'pk', sortKey: 'sk' },
  entities: {
    Thing: { from: 'things', items: { main: { key: { pk: 'T#{id}', sk: 'T#{label}#{id}' } } } },
  },
};

/** What check and plan say of the table `things`, by target; plan's rejects beside it. */
async function reports(url: string, document: object = DOCUMENT) {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'things.yaml');
  await writeFile(file, stringify(document));
  const mapping = await loadMapping(file);
  await using source = await openSource(url);
  const { risks, errors } = await check({ mapping, source, signal });
  const { measures, totals } = await plan({ mapping, source, signal });
  expect(measures).toMatchObject(risks);
  return {
    errors,
    risks: Object.fromEntries(risks.map(({ target, canHold, policies }) => [target, [canHold, policies]])),
    measures: Object.fromEntries(
      measures!.map(({ target, found, extremes, verdict, rows }) => {
        const told = Object.entries(extremes).filter(([, value]) => value !== null);
        return [target, { rows, found, ...Object.fromEntries(told), verdict }];
      }),
    ),
    rejects: totals.rejects,
  };
}

test('what Postgres columns can hold is listed, and what they do hold is counted', async () => {
  await using database = await createDatabase(
    postgresUrl,
    `CREATE TABLE things (id int PRIMARY KEY, label varchar(2000), amount numeric, price numeric(10,2),
       long numeric(50,10), ratio double precision, small real, day date, at timestamptz, plain timestamp, body text,
       photo bytea, doc jsonb, tags text[], code varchar(20), flag boolean);
     INSERT INTO things (id, label) VALUES (1, 'a'), (2, NULL), (3, 'b'), (4, repeat('é', 600));
     UPDATE things SET amount = 'NaN', price = 'NaN', ratio = 'NaN', small = 'Infinity', day = 'infinity', at = '-infinity',
       plain = '2024-01-01', body = 'é', long = 1.5 WHERE id = 1;
     UPDATE things SET amount = 'Infinity', ratio = 1e-200, day = '0044-03-15 BC', at = '10000-01-01', plain = '2025-01-01',
       body = repeat('x', 500000), long = '1234567890123456789012345678901234567890.5' WHERE id = 2;
     UPDATE things SET amount = '1234567890.12345678901234567890123456789', ratio = 1e126, day = '2024-02-29',
       at = '2024-01-31 10:00+02', photo = '\\x00ff', doc = '{"a": 1}' WHERE id = 3;
     UPDATE things SET amount = 1e200, ratio = 1e125, price = 1500.00, day = '0001-01-01', at = '9999-12-31 23:59:59.999999Z' WHERE id = 4;`,
  );
  const { errors, risks, measures } = await reports(database.url);
  expect(errors).toBe(0);
  const dates = [['infinity', 'years BC', 'years over 9999'], ['as: string']];
  const size = 'what makes an item larger than 400 KB';
  expect(risks).toEqual({
    amount: [
      ['NaN', 'infinity', 'over 38 significant digits', 'numbers beyond 1E-130 … 9.99E+125'],
      ['as: string'],
    ],
    price: [['NaN'], ['as: string']],
    long: [['NaN', 'over 38 significant digits'], ['as: string']],
    ratio: [['NaN', 'infinity', 'numbers beyond 1E-130 … 9.99E+125'], ['as: string']],
    small: [['NaN', 'infinity'], ['as: string']],
    day: dates,
    at: dates,
    plain: dates,
    body: [[size], []],
    photo: [[size], []],
    doc: [[expect.stringContaining('JSON'), size], ['as: string']],
    tags: [[size], []],
    'main.sk': [['text over 1,024 bytes', 'NULL'], ['whenNull: skip']],
  });
  const rows = 4;
  expect(measures).toEqual({
    amount: {
      rows,
      found: { nan: 1, infinite: 1, tooPrecise: 1, outOfRange: 1 },
      digits: 39,
      verdict: 'rejects',
    },
    price: { rows, found: { nan: 1 }, digits: 2, verdict: 'rejects' },
    long: { rows, found: { nan: 0, tooPrecise: 1 }, digits: 41, verdict: 'rejects' },
    ratio: { rows, found: { nan: 1, infinite: 0, outOfRange: 2 }, verdict: 'rejects' },
    small: { rows, found: { nan: 0, infinite: 1 }, verdict: 'rejects' },
    day: {
      ...{ rows, found: { infinite: 1, beforeYear1: 1, afterYear9999: 0 }, verdict: 'rejects' },
      ...{ earliest: '0001-01-01', latest: '2024-02-29' },
    },
    at: {
      ...{ rows, found: { infinite: 1, beforeYear1: 0, afterYear9999: 1 }, verdict: 'rejects' },
      ...{ earliest: '2024-01-31 08:00:00+00', latest: '9999-12-31 23:59:59.999999+00' },
    },
    plain: {
      ...{ rows, found: { infinite: 0, beforeYear1: 0, afterYear9999: 0 }, verdict: 'fits' },
      ...{ earliest: '2024-01-01 00:00:00', latest: '2025-01-01 00:00:00' },
    },
    body: { rows, found: { large: 1 }, longest: 500_000, verdict: 'rejects' },
    photo: { rows, found: { large: 0 }, longest: 2, verdict: 'fits' },
    doc: { rows, found: { large: 0 }, longest: 8, verdict: 'notMeasured' },
    tags: { rows: null, found: {}, verdict: 'notMeasured' },
    'main.sk': { rows, found: { longSortKey: 1, nulls: 1 }, longest: 1200, verdict: 'rejects' },
  });
});

test('what MySQL columns can hold is listed, and what they do hold is counted', async () => {
  await using database = await createMySqlDatabase(
    mysqlUrl,
    `SET sql_mode = '', time_zone = '+00:00';
     CREATE TABLE things (id int PRIMARY KEY, label varchar(500) CHARACTER SET latin1, amount decimal(10,2),
       exact decimal(65,30), ratio double, small float, day date, at timestamp(6) NULL, plain datetime,
       flag boolean, pin varbinary(20), place point);
     INSERT INTO things (id, label, exact, ratio, day, at, plain, flag, place) VALUES
       (1, 'ä', '12345678901234567890123456789012345.1234', 1e-200, '0000-00-00', '0000-00-00', '2024-02-00', 2, point(1, 2)),
       (2, repeat('é', 500), 1.5, 1e126, '2024-02-29', '2024-01-31 08:00:00.5', '0000-00-00', 3, NULL),
       (3, 'x', 1, 1e125, '2024-00-10', '2038-01-19 03:14:07', '9999-12-31 23:59:59', -1, NULL);`,
  );
  const { errors, risks, measures, rejects } = await reports(database.url);
  expect(errors).toBe(0);
  expect(rejects).toBe(3);
  const zero = ['zeroDate: omit', 'as: string'];
  expect(risks).toEqual({
    exact: [['over 38 significant digits'], ['as: string']],
    ratio: [['numbers beyond 1E-130 … 9.99E+125'], ['as: string']],
    day: [['zero dates', 'dates with a zero month or day'], zero],
    at: [['zero dates'], zero],
    plain: [['zero dates', 'dates with a zero month or day'], zero],
    flag: [['numbers that are neither 0 nor 1'], ['as: number']],
    place: [['what makes an item larger than 400 KB'], []],
    'main.sk': [
      ['text over 1,024 bytes', 'NULL', 'several spellings of one value, each of which makes a key'],
      ['whenNull: skip'],
    ],
  });
  const rows = 3;
  expect(measures).toEqual({
    exact: { rows, found: { tooPrecise: 1 }, digits: 39, verdict: 'rejects' },
    ratio: { rows, found: { outOfRange: 2 }, verdict: 'rejects' },
    day: {
      ...{ rows, found: { zeroDates: 1, partialDates: 1 }, verdict: 'rejects' },
      ...{ earliest: '2024-02-29', latest: '2024-02-29' },
    },
    at: {
      ...{ rows, found: { zeroDates: 1 }, verdict: 'rejects' },
      ...{ earliest: '2024-01-31 08:00:00.500000+00', latest: '2038-01-19 03:14:07.000000+00' },
    },
    plain: {
      ...{ rows, found: { zeroDates: 1, partialDates: 1 }, verdict: 'rejects' },
      ...{ earliest: '9999-12-31 23:59:59', latest: '9999-12-31 23:59:59' },
    },
    flag: { rows, found: { notBoolean: 3 }, verdict: 'rejects' },
    place: { rows, found: { large: 0 }, longest: 25, verdict: 'fits' },
    'main.sk': { rows, found: { longSortKey: 0, nulls: 0, spellings: 0 }, longest: 1000, verdict: 'fits' },
  });
});

test('policies in the mapping take risks off the list, and where confines what is counted', async () => {
  await using database = await createMySqlDatabase(
    mysqlUrl,
    `SET sql_mode = '';
     CREATE TABLE things (id int PRIMARY KEY, day date, flag boolean, exact decimal(65,30));
     INSERT INTO things VALUES (1, '0000-00-00', 7, 12345678901234567890123456789012345.1234), (2, '2024-00-00', 1, 1)`,
  );
  const attributes = {
    day: { column: 'day', zeroDate: 'omit' },
    flag: { column: 'flag', as: 'number' },
    exact: { column: 'exact', as: 'string' },
  };
  const items = { main: { key: { pk: 'T#{id}', sk: 'T' } } };
  const Thing = { from: 'things', where: 'id < 2', attributes, items };
  const { risks, measures, rejects } = await reports(database.url, { ...DOCUMENT, entities: { Thing } });
  expect(risks).toEqual({ day: [['dates with a zero month or day'], ['as: string']] });
  expect(measures).toEqual({ day: { rows: 1, found: { partialDates: 0 }, verdict: 'fits' } });
  expect(rejects).toBe(0);
});

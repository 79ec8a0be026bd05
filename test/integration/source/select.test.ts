import { describe, expect, test } from 'vitest';
import { openSource } from '../../../src/source/open-source.js';
import type { Snapshot } from '../../../src/source/source.js';
import type { SourceSchema } from '../../../src/source/source-schema.js';
import { entityQuery, never, readAll, rowsOf } from '../../contract/source/queries.js';
import { createMySqlDatabase } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const TYPES = {
  postgres: `id int PRIMARY KEY, amount numeric(12,2), ratio double precision, small real, flag boolean, at timestamptz,
    day date, clock time(3), raw bytea, doc jsonb, tags text[], bits bit(5), label text`,
  mariadb: `id int PRIMARY KEY, amount decimal(12,2) zerofill, ratio double, flag tinyint(1), at timestamp(6) NULL,
    local datetime(3), day date, clock time(3), made year, raw varbinary(8), doc json, tags set('a','b','c'), bits bit(5),
    label varchar(20), kind enum('x','y'), uid uuid, spot point`,
};
const ROWS = {
  postgres: `(1, 12.50, 0.1, 0.1, true, '2024-01-31 09:30:00.25Z', '2024-01-31', '09:30:00.1', '\\x00ff', '{"a": 1.0}', '{a,NULL,"b c"}', B'10101', 'Zoë'),
    (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
  mariadb: `(1, 12.50, 0.1, 1, '2024-01-31 09:30:00.25', '2024-01-31 09:30:00.25', '2024-01-31', '-120:30:00.1', 2024, x'00ff', '{"a": 1.0}', 'a,c', b'10101', 'Zoë', 'y', '0b5c9a6e-0000-4000-8000-000000000001', POINT(1, 2)),
    (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
};
const WIPE = {
  postgres: `CREATE FUNCTION wipe() RETURNS int LANGUAGE sql AS 'DELETE FROM things; SELECT 1'`,
  mariadb: 'CREATE FUNCTION wipe() RETURNS int DETERMINISTIC BEGIN DELETE FROM things; RETURN 1; END',
};
const WRITES = {
  postgres: ['with gone as (delete from things returning id) select * from gone', 'select wipe()'],
  mariadb: ['select wipe()', 'with one as (select wipe()) select * from one'],
};

describe.each(['postgres', 'mariadb'] as const)('a question to %s', (engine) => {
  const server = requireEngine(engine);

  async function inDatabase(
    work: (
      ask: (sql: string) => ReturnType<Snapshot['select']>,
      snapshot: Snapshot,
      schema: SourceSchema,
    ) => Promise<void>,
  ): Promise<void> {
    await using database = await (engine === 'postgres'
      ? createDatabase(server)
      : createMySqlDatabase(server));
    await database.query(`CREATE TABLE things (${TYPES[engine]})`);
    await database.query(`INSERT INTO things VALUES ${ROWS[engine]}`);
    await database.query(WIPE[engine]);
    await using source = await openSource(database.url);
    const schema = await source.discover(never);
    for (const consistency of ['snapshot', 'chunk'] as const) {
      await using snapshot = await source.openSnapshot({ concurrency: 1, consistency, signal: never });
      await work((sql) => snapshot.select({ sql, parameters: new Map(), most: 10 }, never), snapshot, schema);
    }
  }

  test('gives every type the text that reading its table gives', async () => {
    await inDatabase(async (ask, snapshot, schema) => {
      const { rows, columns } = await ask('select * from things order by id');
      expect(columns.every(({ exact }) => exact)).toBe(true);
      const read = rowsOf(await readAll(snapshot, entityQuery(schema, 'things'), 10));
      expect(rows).toEqual(read);
    });
  });

  test.each(WRITES[engine])('cannot write: %s', async (sql) => {
    await inDatabase(async (ask) => {
      await expect(ask(sql)).rejects.toMatchObject({ code: 'SOURCE_QUERY' });
      await expect(ask(sql)).rejects.toThrow(/read.?only/i);
      expect((await ask('select count(*) from things')).rows).toEqual([['2']]);
    });
  });
});

test('a FLOAT of MySQL is told to be rounded: its text has six digits', async () => {
  await using database = await createMySqlDatabase(
    requireEngine('mariadb'),
    'CREATE TABLE f (id int PRIMARY KEY, f float); INSERT INTO f VALUES (1, 16777216)',
  );
  await using source = await openSource(database.url);
  await using snapshot = await source.openSnapshot({ concurrency: 1, signal: never });
  const sql = 'select id, f, f + 0e0 as whole from f';
  const { columns, rows } = await snapshot.select({ sql, parameters: new Map(), most: 1 }, never);
  expect(columns.map(({ name, exact }) => [name, exact])).toEqual([
    ['id', true],
    ['f', false],
    ['whole', true],
  ]);
  expect(rows[0]?.[2]).toBe('16777216');
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSource } from '../../../../src/source/open-source.js';
import type { SourceSchema } from '../../../../src/source/source-schema.js';
import { createLogger } from '../../../../src/support/log.js';
import {
  columnNamed,
  entityQuery,
  never,
  readAll,
  rowsOf,
  tableNamed,
  withSnapshot,
} from '../../../contract/source/queries.js';
import { createMySqlDatabase, isMariaDb, type MySqlTestDatabase } from '../../../support/mariadb-database.js';
import { requireEngine } from '../../../support/require-resource.js';

const server = requireEngine('mariadb');
const mariadb = await isMariaDb(server);
/** What only MariaDB understands. */
const only = <Value>(value: Value): Value[] => (mariadb ? [value] : []);

let database: MySqlTestDatabase;
let schema: SourceSchema;

beforeAll(async () => {
  database = await createMySqlDatabase(
    server,
    `CREATE TABLE parents (b int, a int, self_a int, self_b int, PRIMARY KEY (a, b),
       CONSTRAINT to_self FOREIGN KEY (self_a, self_b) REFERENCES parents (a, b));
     CREATE TABLE children (id int AUTO_INCREMENT PRIMARY KEY, x int, y int, z int, w int,
       CONSTRAINT first_parent FOREIGN KEY (x, y) REFERENCES parents (a, b),
       CONSTRAINT again FOREIGN KEY (z, w) REFERENCES parents (a, b));
     CREATE TABLE computed (id int PRIMARY KEY, v int AS (id + 1) VIRTUAL, s int AS (id + 2) STORED,
       d int DEFAULT (1 + 1), u datetime DEFAULT current_timestamp ON UPDATE current_timestamp, hidden int INVISIBLE);
     CREATE TABLE indexed (id int PRIMARY KEY, t varchar(50), u varchar(50), b text,
       UNIQUE KEY uq (u, id), KEY prefix (t(3)), KEY whole (t, u), FULLTEXT KEY words (b)${only(', UNIQUE KEY long_text (b)').join('')});
     CREATE TABLE prefixed (t text, PRIMARY KEY (t(20)));
     CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 3;
     ${only('CREATE TABLE versioned (id int PRIMARY KEY) WITH SYSTEM VERSIONING; CREATE SEQUENCE counter;').join('')}
     CREATE TABLE \`Select \`\`Order\`\` ä.b\` (\`Group by\` int, \`grö\`\`ße "1"\` varchar(9), PRIMARY KEY (\`Group by\`));
     INSERT INTO \`Select \`\`Order\`\` ä.b\` VALUES (1, 'x'), (2, 'y');
     CREATE TABLE \`where\` (\`from\` int PRIMARY KEY, \`Order\` int);
     INSERT INTO \`where\` VALUES (7, 1);
     CREATE TABLE notes (id int PRIMARY KEY, j json, checked longtext CHECK (json_valid(checked)), plain longtext);
     CREATE VIEW seen AS SELECT id, t FROM indexed;
     CREATE VIEW shown AS SELECT id, j FROM notes;
     CREATE TABLE gone (t longtext); CREATE VIEW broken AS SELECT t FROM gone; DROP TABLE gone`,
  );
  await using source = await openSource(database.url);
  schema = await source.discover(never);
});
afterAll(() => database?.drop());

test('tables of every kind are found in one order, and nothing that holds no rows', () => {
  expect(schema).toMatchObject({ dialect: 'mysql', defaultSchema: database.name });
  expect(schema.tables.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
    'Select `Order` ä.b: table',
    'broken: view',
    'children: table',
    'computed: table',
    'indexed: table',
    'notes: table',
    'parents: table',
    'parted: partitioned',
    'prefixed: table',
    'seen: view',
    'shown: view',
    ...only('versioned: table'),
    'where: table',
  ]);
});

test('quoted, mixed-case and reserved names are kept exactly, and read', async () => {
  const odd = tableNamed(schema, 'Select `Order` ä.b');
  expect(odd.columns.map((column) => column.name)).toEqual(['Group by', 'grö`ße "1"']);
  await using source = await openSource(database.url);
  await withSnapshot(source, async (snapshot) => {
    const read = async (label: string) => rowsOf(await readAll(snapshot, entityQuery(schema, label), 1));
    expect(await read('Select `Order` ä.b')).toEqual([
      ['1', 'x'],
      ['2', 'y'],
    ]);
    expect(await read('where')).toEqual([['7', '1']]);
  });
});

test('columns that the source computes are marked, those with a mere default are not', () => {
  const { columns } = tableNamed(schema, 'computed');
  expect(columns.map(({ name, generated }) => `${name}: ${generated}`)).toEqual([
    'id: false',
    'v: true',
    's: true',
    'd: false',
    'u: false',
    'hidden: false',
  ]);
});

test('composite keys keep the order of the key, not of the table', () => {
  expect(tableNamed(schema, 'parents').primaryKey).toEqual(['a', 'b']);
});

test('foreign keys: composite, to itself, two to one table', () => {
  const references = { schema: database.name, name: 'parents', columns: ['a', 'b'] };
  expect(tableNamed(schema, 'parents').foreignKeys).toEqual([
    { name: 'to_self', columns: ['self_a', 'self_b'], references },
  ]);
  expect(tableNamed(schema, 'children').foreignKeys).toEqual([
    { name: 'again', columns: ['z', 'w'], references },
    { name: 'first_parent', columns: ['x', 'y'], references },
  ]);
});

test('only whole B-trees over plain columns count as indexes', () => {
  const table = tableNamed(schema, 'indexed');
  expect(table.indexes).toEqual([['id'], ['u', 'id'], ['t', 'u']]);
  expect(table.uniqueKeys).toEqual([
    ...only({ name: 'long_text', columns: ['b'] }),
    { name: 'uq', columns: ['u', 'id'] },
  ]);
  expect(tableNamed(schema, 'prefixed')).toMatchObject({ primaryKey: ['t'], indexes: [] });
});

test('JSON is a column that is checked to be JSON, also in a view', () => {
  const kind = (name: string) => columnNamed(tableNamed(schema, 'notes'), name).type.kind;
  expect([kind('j'), kind('checked'), kind('plain')]).toEqual(['json', mariadb ? 'json' : 'text', 'text']);
  expect(columnNamed(tableNamed(schema, 'shown'), 'j').type.kind).toBe('json');
});

test('a user who may only read some of it sees that, its keys and JSON, and hears of columns that are hidden', async () => {
  const user = `few_${database.name.slice(-8)}`;
  await database.query(`CREATE USER ${user}@'%' IDENTIFIED BY 'readonly';
    GRANT SELECT ON ${database.name}.children TO ${user}@'%'; GRANT SELECT (id, j) ON ${database.name}.notes TO ${user}@'%'`);
  const url = new URL(database.url);
  url.username = user;
  url.password = 'readonly';
  const lines: string[] = [];
  const log = createLogger('warn', (line) => lines.push(line));
  await using source = await openSource(url.href, { log });
  const seen = await source.discover(never);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { table: 'notes', msg: expect.stringContaining('is not told of the others') },
  ]);
  expect(seen.tables.map(({ name }) => name)).toEqual(['children', 'notes']);
  expect(tableNamed(seen, 'children')).toEqual({
    ...tableNamed(schema, 'children'),
    estimatedRows: expect.anything(),
  });
  expect(tableNamed(seen, 'notes').columns).toEqual(tableNamed(schema, 'notes').columns.slice(0, 2));
  await database.query(`DROP USER ${user}`);
});

test('columns that are hidden because they were granted to a role, or to a role of it, are told of too', async () => {
  const [user, outer, inner] = ['by', 'outer', 'inner'].map((role) => `${role}_${database.name.slice(-8)}`);
  await using _dropped = {
    [Symbol.asyncDispose]: async () =>
      void (await database.query(
        `DROP TABLE \`odd \`\` ON t\`; DROP USER ${user}; DROP ROLE ${outer}; DROP ROLE ${inner}`,
      )),
  };
  const on = (table: string) => `ON ${database.name}.${table}`;
  await database.query(`CREATE TABLE \`odd \`\` ON t\` (id int PRIMARY KEY, \`SELECT (\` int);
    CREATE USER ${user}@'%' IDENTIFIED BY 'readonly'; CREATE ROLE ${outer}; CREATE ROLE ${inner}; GRANT ${inner} TO ${outer};
    GRANT SELECT (id) ${on('notes')} TO ${inner}; GRANT SELECT (id) ${on('`odd `` ON t`')} TO ${outer};
    GRANT SELECT ${on('children')} TO ${inner}; GRANT SELECT (id) ${on('children')} TO ${outer};
    GRANT ${outer} TO ${user}@'%'; SET DEFAULT ROLE ${outer} ${mariadb ? 'FOR' : 'TO'} ${user}@'%'`);
  const url = new URL(database.url);
  url.username = user!;
  url.password = 'readonly';
  const lines: string[] = [];
  await using source = await openSource(url.href, { log: createLogger('warn', (line) => lines.push(line)) });
  const seen = await source.discover(never);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { table: 'notes', msg: expect.stringContaining('is not told of the others') },
    { table: 'odd ` ON t', msg: expect.stringContaining('is not told of the others') },
  ]);
  expect(seen.tables.map(({ name, columns }) => [name, columns.length])).toEqual([
    ['children', tableNamed(schema, 'children').columns.length],
    ['notes', 1],
    ['odd ` ON t', 1],
  ]);
});

test('other databases are looked into where they are named, and where foreign keys lead', async () => {
  const [crm, old, far] = ['crm', 'old.stock', 'far'].map((name) => `${database.name} ${name}`);
  await using _dropped = {
    [Symbol.asyncDispose]: async () => {
      await database.query(
        `DROP TABLE orders; ${[old, crm, far].map((name) => `DROP DATABASE \`${name}\`;`).join('')}`,
      );
    },
  };
  await database.query(
    `CREATE DATABASE \`${far}\`; CREATE TABLE \`${far}\`.countries (code char(2) PRIMARY KEY, notes json);
     CREATE DATABASE \`${crm}\`; CREATE TABLE \`${crm}\`.people (id bigint PRIMARY KEY, country char(2), KEY (country),
       CONSTRAINT lives FOREIGN KEY (country) REFERENCES \`${far}\`.countries (code));
     CREATE DATABASE \`${old}\`; CREATE TABLE \`${old}\`.orders (id int PRIMARY KEY);
     CREATE TABLE orders (id int PRIMARY KEY, buyer bigint, CONSTRAINT bought FOREIGN KEY (buyer) REFERENCES \`${crm}\`.people (id));
     INSERT INTO \`${far}\`.countries VALUES ('DE', '{}'); INSERT INTO \`${crm}\`.people VALUES (7, 'DE');
     INSERT INTO orders VALUES (1, 7), (2, NULL)`,
  );
  await using source = await openSource(database.url);
  const others = (found: SourceSchema) =>
    found.tables.flatMap(({ schema: own, name }) => (own === database.name ? [] : [`${own}.${name}`]));
  expect(others(await source.discover(never))).toEqual([`${crm}.people`, `${far}.countries`]);
  const named = await source.discover(never, [old!, 'not there', database.name]);
  expect(others(named)).toEqual([`${crm}.people`, `${far}.countries`, `${old}.orders`]);
  expect(columnNamed(tableNamed(named, `${far}.countries`), 'notes').type.kind).toBe('json');
  expect(tableNamed(named, 'orders').foreignKeys).toEqual([
    { name: 'bought', columns: ['buyer'], references: { schema: crm, name: 'people', columns: ['id'] } },
  ]);
  const distinct = async (schemas?: readonly string[]) =>
    (await source.statistics(never, schemas)).filter(({ table }) => table.schema === old);
  expect(await distinct()).toEqual([]);
  expect(await distinct([old!])).toMatchObject([{ column: 'id' }]);
});

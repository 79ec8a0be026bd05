import { openSource } from '../../../../src/source/open-source.js';
import type { FixtureTable, FixtureType, SourceFixture } from '../../../contract/source/fixture.js';
import { createMySqlDatabase, type MySqlTestDatabase } from '../../../support/mariadb-database.js';

/** The contract's texts differ by case, accents and trailing spaces: keys of a column that tells them apart. */
const TYPES: Readonly<Record<'mariadb' | 'mysql', Readonly<Record<FixtureType, string>>>> = {
  mariadb: {
    integer: 'int',
    bigint: 'bigint',
    numeric: 'decimal(30,2)',
    text: 'varchar(100) COLLATE utf8mb4_nopad_bin',
    uuid: 'uuid',
    date: 'date',
  },
  mysql: {
    integer: 'int',
    bigint: 'bigint',
    numeric: 'decimal(30,2)',
    text: 'varchar(100) COLLATE utf8mb4_0900_bin',
    uuid: 'char(36)',
    date: 'date',
  },
};

/** The contract's tables in a database of their own. */
export async function mysqlFixture(server: string, tables: readonly FixtureTable[]): Promise<SourceFixture> {
  const database = await createMySqlDatabase(server);
  const [version] = await database.query('SELECT version()');
  const types = TYPES[String(version?.[0]).includes('MariaDB') ? 'mariadb' : 'mysql'];
  for (const table of tables) await createTable(database, table, types);
  return {
    open: () => openSource(database.url),
    insert: (table, row) => insert(database, table, [row]),
    async delete(table, column, value) {
      await database.query(`DELETE FROM ${table} WHERE ${column} = '${value}'`);
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

async function createTable(
  database: MySqlTestDatabase,
  table: FixtureTable,
  types: Readonly<Record<FixtureType, string>>,
): Promise<void> {
  const parts = table.columns.map(
    ({ name, type, nullable }) => `\`${name}\` ${types[type]}${nullable === true ? '' : ' NOT NULL'}`,
  );
  if (table.primaryKey !== null) parts.push(`PRIMARY KEY (${table.primaryKey.join(', ')})`);
  for (const { columns, table: parent, references } of table.foreignKeys ?? []) {
    parts.push(`FOREIGN KEY (${columns.join(', ')}) REFERENCES ${parent} (${references.join(', ')})`);
  }
  await database.query(`CREATE TABLE \`${table.name}\` (${parts.join(', ')})`);
  await insert(database, table.name, table.rows);
}

async function insert(
  database: MySqlTestDatabase,
  table: string,
  rows: readonly (readonly (string | null)[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const tuples = rows.map((row) => `(${row.map(literal).join(', ')})`);
  await database.query(`INSERT INTO \`${table}\` VALUES ${tuples.join(', ')}`);
}

function literal(value: string | null): string {
  return value === null ? 'NULL' : `'${value.replace(/[\\']/g, '$&$&')}'`;
}

import { openSource } from '../../../../src/source/open-source.js';
import type { FixtureTable, SourceFixture } from '../../../contract/source/fixture.js';
import { createDatabase, type TestDatabase } from '../../../support/postgres-database.js';

/** The contract's tables in a database of their own. */
export async function postgresFixture(
  server: string,
  tables: readonly FixtureTable[],
): Promise<SourceFixture> {
  const database = await createDatabase(server);
  for (const table of tables) await createTable(database, table);
  await database.query('ANALYZE');
  return {
    open: () => openSource(database.url),
    insert: (table, row) => insert(database, table, [row]),
    async delete(table, column, value) {
      await database.query(`DELETE FROM ${table} WHERE ${column} = '${value}'`);
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

async function createTable(database: TestDatabase, table: FixtureTable): Promise<void> {
  const parts = table.columns.map(
    ({ name, type, nullable }) => `${name} ${type}${nullable === true ? '' : ' NOT NULL'}`,
  );
  if (table.primaryKey !== null) parts.push(`PRIMARY KEY (${table.primaryKey.join(', ')})`);
  for (const { columns, table: parent, references } of table.foreignKeys ?? []) {
    parts.push(`FOREIGN KEY (${columns.join(', ')}) REFERENCES ${parent} (${references.join(', ')})`);
  }
  await database.query(`CREATE TABLE ${table.name} (${parts.join(', ')})`);
  await insert(database, table.name, table.rows);
}

async function insert(
  database: TestDatabase,
  table: string,
  rows: readonly (readonly (string | null)[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const tuples = rows.map((row) => `(${row.map(literal).join(', ')})`);
  await database.query(`INSERT INTO ${table} VALUES ${tuples.join(', ')}`);
}

function literal(value: string | null): string {
  return value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
}

import { createMySqlDatabase } from './mariadb-database.js';
import { createDatabase } from './postgres-database.js';

/** A database whose rows a test counts by SQL, whichever engine it is of. */
export interface CountedDatabase extends AsyncDisposable {
  readonly url: string;
  count(table: string): Promise<number>;
}

export async function countedPostgres(
  engineUrl: string,
  ...scripts: readonly (URL | string)[]
): Promise<CountedDatabase> {
  const database = await createDatabase(engineUrl, ...scripts);
  const count = async (table: string) => {
    const [row] = await database.query<{ rows: string }>(`SELECT count(*) AS rows FROM "${table}"`);
    return Number(row?.rows);
  };
  return { url: database.url, count, [Symbol.asyncDispose]: () => database.drop() };
}

export async function countedMariaDb(engineUrl: string, script: string): Promise<CountedDatabase> {
  const database = await createMySqlDatabase(engineUrl, script);
  const count = async (table: string) => {
    const [row] = await database.query(`SELECT count(*) FROM \`${table}\``);
    return Number(row?.[0]);
  };
  return { url: database.url, count, [Symbol.asyncDispose]: () => database.drop() };
}

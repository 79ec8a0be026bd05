import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliOptions, type CliResult, tablefold } from '../support/cli.js';
import { dropTable, uniqueTableName } from '../support/dynamodb-table.js';
import { numbers } from '../support/mariadb-database.js';
import { createDatabase, type TestDatabase } from '../support/postgres-database.js';

/** A small shop for tests of the command line: `rows` orders, one of them with a NULL where a key wants a value. */
export const ORDERS = (rows: number) => `
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
  CREATE TABLE orders (
    id bigint PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, status text NOT NULL,
    total numeric(10,2) NOT NULL, rep text, created_at timestamptz NOT NULL
  );
  INSERT INTO customers SELECT n, 'Customer ' || n FROM generate_series(1, 50) n;
  INSERT INTO orders SELECT n, 1 + n % 50, 'NEW', n / 100.0, 'rep' || n % 3,
    timestamptz '2024-01-01 00:00:00+00' + n * interval '1 minute' FROM generate_series(1, ${rows}) n;
  ANALYZE;`;

/** The same shop for MySQL and MariaDB. */
export const MYSQL_ORDERS = (rows: number) => `
  CREATE TABLE customers (id int PRIMARY KEY, name varchar(40) NOT NULL);
  CREATE TABLE orders (
    id bigint PRIMARY KEY, customer_id int NOT NULL, status varchar(10) NOT NULL, total decimal(10,2) NOT NULL,
    rep varchar(10), created_at datetime NOT NULL, FOREIGN KEY (customer_id) REFERENCES customers (id)
  );
  INSERT INTO customers SELECT seq, concat('Customer ', seq) FROM ${numbers(50)} n;
  INSERT INTO orders SELECT seq, 1 + seq % 50, 'NEW', seq / 100, concat('rep', seq % 3),
    '2024-01-01' + INTERVAL seq MINUTE FROM ${numbers(rows)} n;`;

export const MAPPING = `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Customer:
    from: customers
    items:
      profile: { key: { pk: 'CUSTOMER#{id}', sk: PROFILE } }
  Order:
    from: orders
    join:
      customer: { via: customer_id, attributes: [name] }
    items:
      byCustomer: { key: { pk: 'CUSTOMER#{customer_id}', sk: 'ORDER#{created_at}#{id}' } }
      byRep: { key: { pk: 'REP#{rep}', sk: 'ORDER#{id}' } }
`;

export interface Shop<Database = TestDatabase> extends AsyncDisposable {
  readonly database: Database;
  readonly folder: string;
  readonly mapping: string;
  readonly table: string;
  readonly state: string;
  /** Runs the binary with this shop's source, table, mapping and state. */
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** The same for commands that know no table. */
  read(args: readonly string[], options?: CliOptions): Promise<CliResult>;
}

export async function openShop(
  postgresUrl: string,
  dynamoUrl: string,
  { rows = 200, mapping = MAPPING }: { readonly rows?: number; readonly mapping?: string } = {},
): Promise<Shop> {
  return shopOf(await createDatabase(postgresUrl, ORDERS(rows)), dynamoUrl, mapping);
}

/** A shop whose tables are there; the database is dropped with it. */
export async function shopOf<Database extends { readonly url: string; drop(): Promise<void> }>(
  database: Database,
  dynamoUrl: string,
  mapping = MAPPING,
): Promise<Shop<Database>> {
  const folder = await mkdtemp(join(tmpdir(), 'tablefold-cli-'));
  const file = join(folder, 'shop.yaml');
  const state = join(folder, 'state');
  const table = uniqueTableName();
  await writeFile(file, mapping);
  const withSource = (options: CliOptions): CliOptions => ({
    cwd: folder,
    ...options,
    env: {
      SOURCE_URL: database.url,
      TABLEFOLD_MAPPING: file,
      TABLEFOLD_STATE: state,
      AWS_ENDPOINT_URL: dynamoUrl,
      ...options.env,
    },
  });
  return {
    database,
    folder,
    mapping: file,
    table,
    state,
    run: ([command = '', ...args], options = {}) =>
      tablefold(
        [...command.split(' '), ...(args.includes('--table') ? [] : ['--table', table]), ...args],
        withSource(options),
      ),
    read: (args, options = {}) => tablefold(args, withSource(options)),
    async [Symbol.asyncDispose]() {
      await dropTable(dynamoUrl, table).catch(() => undefined); // a test that made no table has none to drop
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

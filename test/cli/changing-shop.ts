import { expect } from 'vitest';
import { createMySqlDatabase } from '../support/mariadb-database.js';
import { createDatabase } from '../support/postgres-database.js';
import { type Shop, shopOf } from './fixture.js';

interface Database {
  readonly url: string;
  query(sql: string): Promise<unknown>;
  drop(): Promise<void>;
}

export type ChangingShop = Shop<Database>;

interface ChangingShopOptions {
  readonly engineUrl: string;
  readonly dynamoUrl: string;
  readonly mapping: string;
  /** Default 24. */
  readonly orders?: number;
}

/**
 * Eight customers of two countries, and orders of two lines each; every table but countries knows when its rows changed,
 * all of them on 2024-01-01. The lines of an order go with it. The shop is migrated already.
 */
export async function openChangingShop(
  engine: 'postgres' | 'mariadb',
  { engineUrl, dynamoUrl, mapping, orders = 24 }: ChangingShopOptions,
): Promise<ChangingShop> {
  const database: Database = await (engine === 'postgres'
    ? createDatabase(engineUrl, tablesOf(orders, 'timestamptz', 'text'))
    : createMySqlDatabase(engineUrl, tablesOf(orders, 'datetime(6)', 'varchar(40)')));
  const shop = await shopOf(database, dynamoUrl, mapping);
  try {
    for (const command of ['table create', 'migrate']) {
      const ran = await shop.run([command]);
      expect(ran.exit, ran.stderr).toBe(0);
    }
  } catch (error) {
    await shop[Symbol.asyncDispose]();
    throw error;
  }
  return shop;
}

function tablesOf(orders: number, moment: string, text: string): string {
  const begun = "'2024-01-01 00:00:00'";
  return `
  CREATE TABLE countries (code ${text} PRIMARY KEY, label ${text} NOT NULL);
  CREATE TABLE customers (id int PRIMARY KEY, name ${text} NOT NULL, country ${text} NOT NULL,
    updated_at ${moment} NOT NULL, FOREIGN KEY (country) REFERENCES countries (code));
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL, status ${text} NOT NULL,
    updated_at ${moment} NOT NULL, FOREIGN KEY (customer_id) REFERENCES customers (id));
  CREATE TABLE order_lines (order_id bigint NOT NULL, line_no int NOT NULL, sku ${text} NOT NULL,
    updated_at ${moment} NOT NULL, PRIMARY KEY (order_id, line_no),
    FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE);
  CREATE INDEX orders_changed ON orders (updated_at);
  INSERT INTO countries VALUES ('CH', 'Switzerland'), ('PL', 'Poland');
  INSERT INTO customers VALUES ${rows(8, (n) => `(${n}, 'Customer ${n}', '${n % 2 === 0 ? 'CH' : 'PL'}', ${begun})`)};
  INSERT INTO orders VALUES ${rows(orders, (n) => `(${n}, ${1 + (n % 8)}, 'NEW', ${begun})`)};
  INSERT INTO order_lines VALUES ${rows(orders, (n) => `(${n}, 1, 'A', ${begun}), (${n}, 2, 'B', ${begun})`)};`;
}

function rows(count: number, row: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => row(n + 1)).join(', ');
}

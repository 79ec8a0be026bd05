import type { ShapeName } from './task.js';

/** An item as a JavaScript author makes it: attributes by name. */
export interface PlainItem {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: unknown;
}

/** A row as drivers give it by default, dates and times as text. */
export interface ObjectRow {
  readonly [column: string]: unknown;
}

/** What a handwritten script knows of a shape: its queries, and the item of a row. */
export interface Shape {
  readonly sql: string;
  /** The children of a page of rows, `:ids` standing for the list of the parents' ids. */
  readonly childrenSql?: string;
  /** The child's column that holds its parent's id. */
  readonly parent?: string;
  /** Rows a page; with children few, so that a page of them fits in memory. */
  readonly pageRows: number;
  item(row: ObjectRow, children: readonly ObjectRow[]): PlainItem;
}

/** bigint is text from Postgres and a number from MySQL, both exact here. */
const padded = (id: unknown) => String(id).padStart(19, '0');

/** `2024-01-01 00:01:01.5+00` and `2024-01-01 00:01:01.500000` → `2024-01-01T00:01:01.5Z` */
function iso(timestamp: unknown): string {
  const text = String(timestamp);
  const time = text.slice(11, text.endsWith('+00') ? -3 : undefined);
  return `${text.slice(0, 10)}T${time.includes('.') ? time.replace(/\.?0+$/, '') : time}Z`;
}

/** `2024-01-01T00:01:01.5Z` → `2024-01-01T00:01:01.500000Z`, which sorts. */
const sortable = (at: string) => `${at.slice(0, 19)}.${at.slice(20, -1).padEnd(6, '0')}Z`;

const orders: Shape = {
  sql: `
    SELECT o.*, c.name AS customer_name
    FROM orders o LEFT JOIN customers c ON c.id = o.customer_id
    ORDER BY o.id`,
  pageRows: 4000,
  item(row) {
    const createdAt = iso(row['created_at']);
    return {
      pk: `CUSTOMER#${row['customer_id']}`,
      sk: `ORDER#${sortable(createdAt)}#${padded(row['id'])}`,
      _type: 'Order',
      _src: `orders#${row['id']}`,
      id: Number(row['id']),
      customerId: Number(row['customer_id']),
      status: row['status'],
      total: Number(row['total']),
      tax: Number(row['tax']),
      currency: row['currency'],
      itemCount: row['item_count'],
      gift: Boolean(row['gift']),
      createdAt,
      updatedAt: iso(row['updated_at']),
      shipTo: row['ship_to'],
      shipCity: row['ship_city'],
      ...(row['note'] === null ? {} : { note: row['note'] }),
      weight: row['weight'],
      customerName: row['customer_name'],
    };
  },
};

const small: Shape = {
  sql: 'SELECT * FROM readings ORDER BY id',
  pageRows: 4000,
  item(row) {
    return {
      pk: `SENSOR#${row['sensor_id']}`,
      sk: `READING#${padded(row['id'])}`,
      _type: 'Reading',
      _src: `readings#${row['id']}`,
      id: Number(row['id']),
      sensorId: row['sensor_id'],
      status: row['status'],
      value: row['value'],
    };
  },
};

const embeds: Shape = {
  sql: 'SELECT * FROM carts ORDER BY id',
  childrenSql: 'SELECT * FROM cart_lines WHERE cart_id IN (:ids) ORDER BY cart_id, line_no',
  parent: 'cart_id',
  pageRows: 500,
  item(row, children) {
    return {
      pk: `CART#${row['id']}`,
      sk: 'CART',
      _type: 'Cart',
      _src: `carts#${row['id']}`,
      id: Number(row['id']),
      customerId: Number(row['customer_id']),
      status: row['status'],
      openedAt: iso(row['opened_at']),
      lines: children.map((line) => ({
        lineNo: line['line_no'],
        sku: line['sku'],
        quantity: line['quantity'],
        price: Number(line['price']),
      })),
    };
  },
};

export const SHAPE_OF: Readonly<Record<ShapeName, Shape>> = { small, orders, embeds };

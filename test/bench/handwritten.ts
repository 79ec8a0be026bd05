import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import pg from 'pg';
import Cursor from 'pg-cursor';
import type { Task } from './contestant.js';

/**
 * The script that most people would write: a cursor, objects, the document client and p-limit. It makes
 * the same items as `mapping.yaml`, and retries what comes back unprocessed.
 */
export const SQL = `
  SELECT o.*, c.name AS customer_name
  FROM orders o LEFT JOIN customers c ON c.id = o.customer_id
  ORDER BY o.id`;

export interface OrderRow {
  readonly id: string;
  readonly customer_id: string;
  readonly status: string;
  readonly total: string;
  readonly tax: string;
  readonly currency: string;
  readonly item_count: number;
  readonly gift: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  readonly ship_to: string;
  readonly ship_city: string;
  readonly note: string | null;
  readonly weight: number;
  readonly customer_name: string;
}

/** A careful author keeps timestamps as text: a Date would lose their microseconds. */
export function keepTimestamps(): void {
  pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => text);
}

export function handwrittenItem(row: OrderRow): Record<string, unknown> {
  const createdAt = iso(row.created_at);
  return {
    pk: `CUSTOMER#${row.customer_id}`,
    sk: `ORDER#${createdAt.slice(0, 19)}.${createdAt.slice(20, -1).padEnd(6, '0')}Z#${row.id.padStart(19, '0')}`,
    _type: 'Order',
    _src: `orders#${row.id}`,
    id: Number(row.id),
    customerId: Number(row.customer_id),
    status: row.status,
    total: Number(row.total),
    tax: Number(row.tax),
    currency: row.currency,
    itemCount: row.item_count,
    gift: row.gift,
    createdAt,
    updatedAt: iso(row.updated_at),
    shipTo: row.ship_to,
    shipCity: row.ship_city,
    ...(row.note === null ? {} : { note: row.note }),
    weight: row.weight,
    customerName: row.customer_name,
  };
}

/** `2024-01-01 00:01:01.5+00` → `2024-01-01T00:01:01.5Z` */
function iso(timestamp: string): string {
  return `${timestamp.slice(0, 10)}T${timestamp.slice(11, -3)}Z`;
}

export async function runHandwritten({ sourceUrl, endpoint }: Task): Promise<number> {
  keepTimestamps();
  const client = new pg.Client({ connectionString: sourceUrl, options: '-c timezone=UTC' });
  await client.connect();
  const document = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint,
      region: 'local',
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    }),
  );
  const limit = pLimit(16);
  const cursor = client.query(new Cursor<OrderRow>(SQL));
  let written = 0;

  const put = async (rows: OrderRow[]): Promise<void> => {
    let requests = rows.map((row) => ({ PutRequest: { Item: handwrittenItem(row) } }));
    while (requests.length > 0) {
      const reply = await document.send(new BatchWriteCommand({ RequestItems: { bench: requests } }));
      const left = (reply.UnprocessedItems?.['bench'] ?? []) as typeof requests;
      written += requests.length - left.length;
      requests = left;
    }
  };

  for (;;) {
    const rows = await cursor.read(4000);
    if (rows.length === 0) break;
    const batches: Promise<void>[] = [];
    for (let at = 0; at < rows.length; at += 25) batches.push(limit(() => put(rows.slice(at, at + 25))));
    await Promise.all(batches);
  }
  await cursor.close();
  await client.end();
  document.destroy();
  return written;
}

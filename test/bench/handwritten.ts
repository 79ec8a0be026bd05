import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import pg from 'pg';
import Cursor from 'pg-cursor';

/**
 * The script that most people would write: a cursor, objects, the document client and p-limit. It makes
 * the same items as `mapping.yaml`, and retries what comes back unprocessed.
 */
const SQL = `
  SELECT o.*, c.name AS customer_name
  FROM orders o LEFT JOIN customers c ON c.id = o.customer_id
  ORDER BY o.id`;

interface OrderRow {
  id: string;
  customer_id: string;
  status: string;
  total: string;
  tax: string;
  currency: string;
  item_count: number;
  gift: boolean;
  created_at: Date;
  updated_at: Date;
  ship_to: string;
  ship_city: string;
  note: string | null;
  weight: number;
  customer_name: string;
}

/** Loses the microseconds of a timestamp, as every such script does; the bench's proof allows for it. */
export function handwrittenItem(row: OrderRow): Record<string, unknown> {
  const createdAt = `${row.created_at.toISOString().slice(0, -1)}000Z`;
  return {
    pk: `CUSTOMER#${row.customer_id}`,
    sk: `ORDER#${createdAt}#${row.id.padStart(19, '0')}`,
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
    updatedAt: row.updated_at.toISOString(),
    shipTo: row.ship_to,
    shipCity: row.ship_city,
    ...(row.note === null ? {} : { note: row.note }),
    weight: row.weight,
    customerName: row.customer_name,
  };
}

export async function runHandwritten(sourceUrl: string, endpoint: string, table: string): Promise<number> {
  const client = new pg.Client({ connectionString: sourceUrl });
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
      const reply = await document.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
      const left = (reply.UnprocessedItems?.[table] ?? []) as typeof requests;
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

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { WireItem } from '../../src/item/attribute-value.js';
import { canonicalItem } from '../../src/item/canonical.js';

interface Batch {
  readonly RequestItems: { readonly bench: readonly { readonly PutRequest: { readonly Item: WireItem } }[] };
}

interface RecordingSink extends AsyncDisposable {
  readonly url: string;
  /** Bodies of the BatchWriteItem requests so far. */
  readonly bodies: readonly string[];
}

/** Takes everything and keeps it, so that what contestants really send can be compared. */
export async function startRecordingSink(): Promise<RecordingSink> {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const writes = String(request.headers['x-amz-target']).endsWith('.BatchWriteItem');
    if (writes) bodies.push(body);
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify(writes ? { UnprocessedItems: {} } : TABLE));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const TABLE = {
  Table: {
    TableName: 'bench',
    TableStatus: 'ACTIVE',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  },
};

/** The items of the bodies in canonical form, in the order of those texts. */
function itemsOf(bodies: readonly string[]): readonly string[] {
  return bodies
    .flatMap((body) => (JSON.parse(body) as Batch).RequestItems.bench)
    .map((request) => canonicalItem(request.PutRequest.Item))
    .sort();
}

/** Throws with the first pair that differs unless both sent the same items, every attribute equal in value. */
export function requireSameItems(mine: readonly string[], theirs: readonly string[], count: number): void {
  const [ours, others] = [itemsOf(mine), itemsOf(theirs)];
  if (ours.length !== count || others.length !== count)
    throw new Error(`${count} rows made ${ours.length} and ${others.length} items`);
  const at = ours.findIndex((item, index) => item !== others[index]);
  if (at !== -1) throw new Error(`the items differ:\n${ours[at]}\n${others[at]}`);
}

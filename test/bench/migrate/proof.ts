import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { WireItem } from '../../../src/item/attribute-value.js';
import { canonicalItem } from '../../../src/item/canonical.js';

interface Put {
  readonly PutRequest: { readonly Item: WireItem };
}

interface Batch {
  readonly RequestItems: { readonly bench: readonly Put[] };
}

export interface RecordingSink extends AsyncDisposable {
  readonly url: string;
  /** Bodies of the BatchWriteItem requests so far. */
  readonly bodies: readonly string[];
  /** What it took. */
  readonly items: readonly WireItem[];
}

/** Of every so many requests one comes back with its last put unprocessed: who forgets it loses the item. */
const EVERY = 3;

/** Takes nearly everything and keeps it, so that what contestants really send can be compared. */
export async function startRecordingSink(): Promise<RecordingSink> {
  const bodies: string[] = [];
  const items: WireItem[] = [];
  const write = (body: string) => {
    bodies.push(body);
    const puts = (JSON.parse(body) as Batch).RequestItems.bench;
    const taken = bodies.length % EVERY === 0 && puts.length > 1 ? puts.slice(0, -1) : puts;
    items.push(...taken.map(({ PutRequest }) => PutRequest.Item));
    const left = puts.slice(taken.length);
    return { UnprocessedItems: left.length === 0 ? {} : { bench: left } };
  };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const writes = String(request.headers['x-amz-target']).endsWith('.BatchWriteItem');
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify(writes ? write(body) : TABLE));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    items,
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

/** What electrodb adds to each item, and cannot be told to leave out. */
const ADDED = new Set(['__edb_e__', '__edb_v__']);

/** The items in canonical form, in the order of those texts. */
function canonical(items: readonly WireItem[]): readonly string[] {
  return items
    .map((item) =>
      canonicalItem(Object.fromEntries(Object.entries(item).filter(([name]) => !ADDED.has(name)))),
    )
    .sort();
}

/** Throws with the first pair that differs unless both wrote the same items, every attribute equal in value. */
export function requireSameItems(
  mine: readonly WireItem[],
  theirs: readonly WireItem[],
  whose: string,
  count: number,
): void {
  const [ours, others] = [canonical(mine), canonical(theirs)];
  if (ours.length !== count || others.length !== count)
    throw new Error(`${count} rows made ${ours.length} items, and ${others.length} of ${whose}`);
  const at = ours.findIndex((item, index) => item !== others[index]);
  if (at !== -1) throw new Error(`the items of ${whose} differ:\n${ours[at]}\n${others[at]}`);
}

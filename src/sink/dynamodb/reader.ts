import type { DynamoDb } from '../../dynamodb/client.js';
import type { WireItem } from '../../item/attribute-value.js';
import { canonicalKey } from '../../item/canonical.js';
import { LIMITS } from '../../item/limits.js';
import type { ItemReader } from '../sink.js';
import type { SinkTable } from '../sink-options.js';
import { findAny } from './find-any.js';
import { patientCall, startPatience } from './patient-call.js';
import { queryPage } from './query-page.js';
import { scanPage } from './scan-page.js';

interface GetReply {
  readonly Responses?: { readonly [table: string]: readonly WireItem[] };
  readonly UnprocessedKeys?: { readonly [table: string]: { readonly Keys: readonly WireItem[] } };
}

/** Reads of one table, strongly consistent where the caller does not choose. */
export function openReader(dynamo: DynamoDb, table: SinkTable, patienceMs: number): ItemReader {
  const names = [table.partitionKey, table.sortKey];

  /** One BatchGetItem after the other until every key has its answer; a reply holds 16 MB at most. */
  async function getBatch(
    keys: ReadonlyMap<string, string>,
    found: Map<string, WireItem>,
    signal: AbortSignal,
  ): Promise<void> {
    const patience = startPatience(patienceMs);
    let open = [...keys.keys()];
    while (open.length > 0) {
      const json = getBody(table.name, open);
      const reply = await patientCall<GetReply>(
        dynamo,
        table.name,
        { operation: 'BatchGetItem', json },
        patience,
        signal,
      );
      for (const item of reply.Responses?.[table.name] ?? []) {
        const asked = keys.get(canonicalKey(item, names));
        if (asked !== undefined) found.set(asked, item);
      }
      const left = reply.UnprocessedKeys?.[table.name]?.Keys ?? [];
      const next = left.map((key) => canonicalKey(key, names));
      if (next.length > 0 && next.length === open.length)
        await patience.wait('every key came back unprocessed', signal);
      else patience.progress();
      open = next;
    }
  }

  return {
    async get(keys, signal) {
      // Canonical → as asked: DynamoDB refuses a key twice, and answers in its own spelling.
      const asked = new Map(keys.map((key) => [canonicalKey(JSON.parse(key) as WireItem, names), key]));
      const found = new Map<string, WireItem>();
      const all = [...asked];
      for (let start = 0; start < all.length; start += LIMITS.batchGetItems) {
        await getBatch(new Map(all.slice(start, start + LIMITS.batchGetItems)), found, signal);
      }
      return found;
    },
    findAny: (probe, signal) => findAny(dynamo, table.name, probe, startPatience(patienceMs), signal),
    query: (query, signal) => queryPage(dynamo, table.name, query, startPatience(patienceMs), signal),
    scan: (position, signal) => scanPage(dynamo, table.name, position, startPatience(patienceMs), signal),
    async [Symbol.asyncDispose]() {},
  };
}

function getBody(table: string, keys: readonly string[]): string {
  return `{"RequestItems":{${JSON.stringify(table)}:{"ConsistentRead":true,"Keys":[${keys.join(',')}]}}}`;
}

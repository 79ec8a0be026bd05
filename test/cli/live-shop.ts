import { setTimeout as delay } from 'node:timers/promises';
import type { WireItem } from '../../src/item/attribute-value.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { MAPPING } from './fixture.js';

/** Version 2 of the shop: a new index, a new copy, a renamed attribute and a changed sort key. */
export const NEXT = MAPPING.replace(
  'sortKey: sk }',
  'sortKey: sk, indexes: { gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk } } }',
)
  .replace('sk: PROFILE } }', "sk: PROFILE }, indexes: { gsi1: { pk: CUSTOMERS, sk: '{name}#{id}' } } }")
  .replace(', attributes: [name] }\n', " }\n    attributes: { '*': true, buyer: '{customer.name}' }\n")
  .replace(
    "sk: 'ORDER#{id}' } }",
    "sk: 'ORDER#{created_at}#{id}' } }\n      byStatus: { key: { pk: 'STATUS#{status}#{id | shard(4)}', sk: '{id}' } }",
  );

/** DynamoDB Local answers 500 to everybody when a client is killed, and while it makes an index. */
export async function untilTaken<Reply>(write: () => Promise<Reply>): Promise<Reply> {
  for (let left = 100; ; left -= 1) {
    try {
      return await write();
    } catch (error) {
      if (left === 0 || !String(error).includes('answered 500')) throw error;
      await delay(50);
    }
  }
}

/** An attribute that the application wrote last, or that the item is gone: null. */
export interface Written {
  readonly key: WireItem;
  readonly attribute: string;
  readonly value: string | null;
}

/**
 * An application of both versions that goes on while the shop is changed: attributes of its own, attributes that the
 * mapping owns, items of its own, one of them where a new copy will want to be, and deletions.
 */
export class LiveApplication {
  readonly #url: string;
  readonly #table: string;
  readonly #orders: readonly WireItem[];
  readonly #placeOf: (order: WireItem) => WireItem;
  readonly #end = new AbortController();
  #working: Promise<void> = Promise.resolve();
  /** What it wrote last, by kind. */
  readonly written = new Map<string, Written[]>();

  /** `orders`: their first copies. `placeOf`: the key of an order's new copy. */
  constructor(
    url: string,
    table: string,
    orders: readonly WireItem[],
    placeOf: (order: WireItem) => WireItem,
  ) {
    this.#url = url;
    this.#table = table;
    this.#orders = orders;
    this.#placeOf = placeOf;
  }

  start(): void {
    this.#working = this.#work();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { length } = this.#orders;
    // Every order once, in an order of its own; then counters, for as long as it is let.
    for (let at = 0; !this.#end.signal.aborted; at += 1) {
      const place = (at * 7919) % length;
      const order = this.#orders[place];
      if (order !== undefined) await this.#touch(order, at < length ? place % 8 : 7, at);
    }
  }

  async #touch(order: WireItem, kind: number, at: number): Promise<void> {
    const key = { pk: order['pk'] ?? {}, sk: order['sk'] ?? {} };
    const id = String(order['id']?.['N']);
    const there = 'attribute_exists(pk)';
    switch (kind) {
      case 0:
        return this.#set('owned', key, 'total', { N: `${id}.25` }, there);
      case 1: // version 1
        return this.#set(
          'owned',
          key,
          'customerName',
          { S: `renamed ${id}` },
          'attribute_exists(customerName)',
        );
      case 2: // version 2
        return this.#set('owned', key, 'buyer', { S: `buyer ${id}` }, there);
      case 3:
        await this.#ask('DeleteItem', { Key: key });
        return this.#note('deleted', { key, attribute: 'pk', value: null });
      case 4: {
        const own = { pk: key.pk, sk: { S: `SESSION#${id}` } };
        await this.#ask('PutItem', { Item: { ...own, cart: { S: id } } });
        return this.#note('own', { key: own, attribute: 'cart', value: id });
      }
      case 5: {
        const own = this.#placeOf(order);
        const body = { Item: { ...own, cart: { S: id } }, ConditionExpression: 'attribute_not_exists(pk)' };
        if (await this.#ask('PutItem', body))
          this.#note('before', { key: own, attribute: 'cart', value: id });
        return;
      }
      default:
        return this.#set('counted', key, 'touched', { N: String(at) }, there);
    }
  }

  async #set(
    kind: string,
    key: WireItem,
    attribute: string,
    value: { readonly S: string } | { readonly N: string },
    condition: string,
  ): Promise<void> {
    const done = await this.#ask('UpdateItem', {
      Key: key,
      UpdateExpression: 'SET #a = :v',
      ConditionExpression: condition,
      ExpressionAttributeNames: { '#a': attribute },
      ExpressionAttributeValues: { ':v': value },
    });
    if (done) this.#note(kind, { key, attribute, value: Object.values(value)[0] ?? '' });
  }

  #note(kind: string, one: Written): void {
    const list = this.written.get(kind) ?? [];
    list.push(one);
    this.written.set(kind, list);
  }

  /** Whether the condition held. */
  async #ask(operation: string, body: object): Promise<boolean> {
    try {
      await untilTaken(() => callDynamoDb(this.#url, operation, { TableName: this.#table, ...body }));
      return true;
    } catch (error) {
      if (String(error).includes('ConditionalCheckFailed')) return false;
      throw error;
    }
  }
}

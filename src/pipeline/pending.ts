import type { Item } from '../item/item.js';
import { textHash } from '../support/text-hash.js';
import type { ChunkAccount } from './account.js';

/** An item on its way, and the chunk that waits for it. */
export interface Pending {
  readonly item: Item;
  /** The item's, as is `size`: by the time it is sent the item itself is in nobody's cache any more. */
  readonly key: string;
  /** UTF-16 units of its JSON. */
  readonly size: number;
  /** Of the item's key: asked for when it is sent and when it is settled, worked out once. */
  readonly keyHash: number;
  readonly account: ChunkAccount;
  /** Attempts that left it unprocessed. */
  attempts: number;
  /** It was sent and is not settled: its key is under way, and is its own. */
  underWay: boolean;
}

/** An item that comes in. */
export function pendingOf(item: Item, account: ChunkAccount): Pending {
  const { key, json } = item;
  const keyHash = textHash(key);
  return { item, key, size: json.length, keyHash, account, attempts: 0, underWay: false };
}

import type { Item } from '../item/item.js';
import { textHash } from '../support/text-hash.js';
import type { ChunkAccount } from './account.js';

/** An item on its way, and the chunk that waits for it. */
export interface Pending {
  readonly item: Item;
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
  return { item, keyHash: textHash(item.key), account, attempts: 0, underWay: false };
}

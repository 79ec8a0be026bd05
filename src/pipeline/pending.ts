import type { Item } from '../item/item.js';
import type { ChunkAccount } from './account.js';

/** An item on its way, and the chunk that waits for it. */
export interface Pending {
  readonly item: Item;
  readonly account: ChunkAccount;
  /** Attempts that left it unprocessed. */
  attempts: number;
  /** It was sent and is not settled: its key is under way, and is its own. */
  underWay: boolean;
}

import type { Item } from '../item/item.js';
import type { Clock } from '../support/time.js';
import type { Lane } from './lane.js';
import { Lanes } from './lanes.js';
import type { Pending } from './pending.js';

/** A partition key value that DynamoDB takes less of than we have: of the table, or of an index. */
export interface HotKey {
  /** Null: the table's. */
  readonly index: string | null;
  readonly partition: string;
  /** Items that were left because of it, so far. */
  readonly left: number;
}

/** Whose keys a reply tells of: of one index, of the table (null), or of all where it does not say. */
export type Blame = { readonly index: string | null } | 'all';

interface Suspect {
  /** Items left and items sent of late; both halve every second. */
  left: number;
  sent: number;
  at: number;
}

/** Items left of late that make a key hot, where they are most of what was sent of it. */
const HOT_ITEMS = 12;
const HOT_SHARE = 0.5;
const HALF_LIFE_MS = 1_000;
/** Suspects that are remembered: one that comes back is found again soon. */
const MAX_SUSPECTS = 1_000;
/** Hot keys that are remembered for the report: those that left most. */
const MAX_KNOWN = 100;
/** Once a key was hot, each key with so many items among the latest has a lane: the next hot one is among them. */
const CROWD = 8;
const MAX_COUNTED = 4_096;

/**
 * Which partition keys are hot, and the items that wait for them. DynamoDB does not say which key it means:
 * it is found by who is left, again and again, while others of the same requests are written. Items of a hot
 * key then have a lane of their own, at the rate that is found for it, and are out of the others' way.
 *
 * Where one key is hot, rows may come in the order of their keys, and the next one is hot as soon as this one is
 * through. So from the first hot key on every key that comes in a crowd has a lane, before it is throttled.
 */
export class HotKeys {
  readonly #lanes = new Lanes((lane) => this.#remember(lane));
  readonly #suspects = new Map<string, Suspect>();
  #known = new Map<string, HotKey>();
  #found = 0;
  /** Items of late, by partition key; begun anew when it is full. */
  #counted = new Map<string, number>();

  /** Items in lanes, and the bytes of their JSON. */
  get held(): number {
    return this.#lanes.held;
  }

  get heldBytes(): number {
    return this.#lanes.heldBytes;
  }

  /** Keys that were found to be hot, so far. */
  get found(): number {
    return this.#found;
  }

  /** The keys that were hot and left most, those first. */
  get all(): readonly HotKey[] {
    for (const lane of this.#lanes.values()) this.#remember(lane);
    return [...this.#known.values()].sort((a, b) => b.left - a.left);
  }

  /** The lane of the item's first hot key, else of a crowd that it belongs to, if it has one. */
  laneOf({ partition, indexed }: Item): Lane | undefined {
    if (this.#lanes.count === 0) return undefined;
    let crowd = this.#lanes.get(partition);
    if (crowd?.hot === true) return crowd;
    for (const { index, partition } of indexed) {
      const lane = this.#lanes.get(indexKey(index, partition));
      if (lane?.hot === true) return lane;
      crowd ??= lane;
    }
    return crowd;
  }

  /** Counts an item that comes in once a key was found to be hot: its own may have a lane from now on. */
  counts({ partition, indexed }: Item, clock: Clock): void {
    if (this.#found === 0) return;
    const now = clock.now(); // not asked for each item of a run without hot keys
    this.#crowd(partition, null, partition, now);
    for (const { index, partition } of indexed)
      this.#crowd(indexKey(index, partition), index, partition, now);
  }

  push(lane: Lane, pending: Pending): void {
    this.#lanes.push(lane, pending);
  }

  /** The next item that its lane's rate lets go, or undefined. */
  take(now: number): Pending | undefined {
    return this.#lanes.take(now);
  }

  /** When the first lane that holds something may send it, in milliseconds of the clock, or `Infinity`. */
  nextDue(now: number): number {
    return this.#lanes.nextDue(now);
  }

  /** One reply that says nothing of the table as a whole. `blame`: whose keys it does not take more of. */
  replied(written: readonly Pending[], left: readonly Pending[], blame: Blame | null, now: number): void {
    if (this.#lanes.count > 0) {
      this.#tellLanes(written, left, now);
      this.#lanes.tidy(now);
    }
    // Without a word on whose fault it was, only those that are left among others tell of their keys.
    if (left.length === 0 || (blame === null && written.length === 0)) return;
    for (const { item } of left) this.#suspect(item, blame ?? 'all', now, 1);
    if (this.#suspects.size > 0) for (const { item } of written) this.#suspect(item, 'all', now, 0);
  }

  #tellLanes(written: readonly Pending[], left: readonly Pending[], now: number): void {
    const lanes = new Map<Lane, number>();
    for (const { item } of written) {
      const lane = this.laneOf(item);
      if (lane !== undefined) lanes.set(lane, 0);
    }
    for (const { item } of left) {
      const lane = this.laneOf(item);
      if (lane !== undefined) lanes.set(lane, (lanes.get(lane) ?? 0) + 1);
    }
    for (const [lane, items] of lanes) lane.replied(items, now);
  }

  #suspect({ partition, indexed }: Item, blame: Blame, now: number, left: 0 | 1): void {
    if (blame === 'all' || blame.index === null) this.#count(partition, null, partition, now, left);
    for (const { index, partition } of indexed) {
      if (blame !== 'all' && blame.index !== index) continue;
      this.#count(indexKey(index, partition), index, partition, now, left);
    }
  }

  #count(key: string, index: string | null, partition: string, now: number, left: 0 | 1): void {
    let suspect = this.#suspects.get(key);
    if (suspect === undefined) {
      if (left === 0 || this.#lanes.get(key)?.hot === true) return;
      if (this.#suspects.size >= MAX_SUSPECTS) {
        const [oldest] = this.#suspects.keys();
        this.#suspects.delete(oldest as string); // there are some
      }
      suspect = { left: 0, sent: 0, at: now };
      this.#suspects.set(key, suspect);
    }
    const decay = 2 ** ((suspect.at - now) / HALF_LIFE_MS);
    suspect.left = suspect.left * decay + left;
    suspect.sent = suspect.sent * decay + 1;
    suspect.at = now;
    if (suspect.left < HOT_ITEMS || suspect.left < HOT_SHARE * suspect.sent) return;
    this.#suspects.delete(key);
    this.#found += 1;
    const lane = this.#lanes.get(key) ?? this.#lanes.open(key, index, partition, true, now);
    lane.hot = true;
    lane.left = Math.max(lane.left, Math.round(suspect.left));
  }

  #crowd(key: string, index: string | null, partition: string, now: number): void {
    if (this.#lanes.get(key) !== undefined) return;
    const items = (this.#counted.get(key) ?? 0) + 1;
    if (items >= CROWD) {
      this.#lanes.open(key, index, partition, false, now);
      this.#counted.delete(key);
      return;
    }
    if (this.#counted.size >= MAX_COUNTED) this.#counted = new Map();
    this.#counted.set(key, items);
  }

  #remember({ index, partition, left, hot }: Lane): void {
    if (!hot) return;
    const key = index === null ? partition : indexKey(index, partition);
    this.#known.set(key, { index, partition, left: Math.max(left, this.#known.get(key)?.left ?? 0) });
    if (this.#known.size < 2 * MAX_KNOWN) return;
    const most = [...this.#known].sort(([, a], [, b]) => b.left - a.left).slice(0, MAX_KNOWN);
    this.#known = new Map(most);
  }
}

function indexKey(index: string, partition: string): string {
  return `${index}\u0000${partition}`;
}

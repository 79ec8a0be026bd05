import type { Item } from '../item/item.js';
import { FoundLimit } from './found-limit.js';
import type { Pending } from './pending.js';
import { itemUnits } from './units.js';

/** A partition key value that DynamoDB takes less of than we have: of the table, or of an index. */
export interface HotKey {
  /** Null: the table's. */
  readonly index: string | null;
  readonly partition: string;
  /** Items that were left because of it, so far. */
  readonly left: number;
}

interface Lane {
  readonly index: string | null;
  readonly partition: string;
  readonly limit: FoundLimit;
  items: Pending[];
  head: number;
  balance: number;
  filledAt: number;
  leftAt: number;
  left: number;
}

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
/** A lane that is empty and was not throttled for so long is one no more. */
const COOL_MS = 10_000;
/**
 * What a lane begins with: a partition takes 1,000 write units a second
 * (docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html).
 */
const FIRST_RATE = 1_000;

/**
 * Which partition keys are hot, and the items that wait for them. DynamoDB does not say which key it means:
 * it is found by who is left, again and again, while others of the same requests are written. Items of a hot
 * key then have a lane of their own, at the rate that is found for it, and are out of the others' way.
 */
export class HotKeys {
  readonly #lanes = new Map<string, Lane>();
  readonly #suspects = new Map<string, Suspect>();
  readonly #known = new Map<string, HotKey>();
  #held = 0;
  #heldBytes = 0;

  /** Items in lanes, and the bytes of their JSON. */
  get held(): number {
    return this.#held;
  }

  /** Keys that are hot now. */
  get lanes(): number {
    return this.#lanes.size;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Every key that was hot, the one that left most first. */
  get all(): readonly HotKey[] {
    for (const lane of this.#lanes.values()) this.#remember(lane);
    return [...this.#known.values()].sort((a, b) => b.left - a.left);
  }

  /** The lane of the item's first hot key, if it has one. */
  laneOf(item: Item): Lane | undefined {
    if (this.#lanes.size === 0) return undefined;
    const own = this.#lanes.get(item.partition);
    if (own !== undefined) return own;
    for (const { index, partition } of item.indexed) {
      const lane = this.#lanes.get(indexKey(index, partition));
      if (lane !== undefined) return lane;
    }
    return undefined;
  }

  push(lane: Lane, pending: Pending): void {
    lane.items.push(pending);
    this.#held += 1;
    this.#heldBytes += pending.item.json.length;
  }

  /** The next item that its lane's rate lets go, or undefined. */
  take(now: number): Pending | undefined {
    if (this.#held === 0) return undefined;
    for (const [key, lane] of this.#lanes) {
      if (lane.head === lane.items.length) continue;
      refill(lane, now);
      if (lane.balance < 0) continue;
      const pending = lane.items[lane.head] as Pending; // head < length
      lane.head += 1;
      if (lane.head > 1024 && lane.head * 2 > lane.items.length) {
        lane.items = lane.items.slice(lane.head);
        lane.head = 0;
      }
      lane.balance -= itemUnits(pending.item);
      this.#held -= 1;
      this.#heldBytes -= pending.item.json.length;
      // To the end of the round: every lane in turn.
      this.#lanes.delete(key);
      this.#lanes.set(key, lane);
      return pending;
    }
    return undefined;
  }

  /** When the first lane that holds something may send it, in milliseconds of the clock, or `Infinity`. */
  nextDue(now: number): number {
    let due = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes.values()) {
      if (lane.head === lane.items.length) continue;
      refill(lane, now);
      due = Math.min(due, lane.balance >= 0 ? now : now + (-lane.balance / lane.limit.rate) * 1000);
    }
    return due;
  }

  /** One reply. `mixed`: some items were written, so that those that were left tell of their keys. */
  replied(written: readonly Pending[], left: readonly Pending[], now: number): void {
    if (left.length === 0 && this.#lanes.size === 0) return;
    const lanes = new Map<Lane, { units: number; left: number; sent: number }>();
    const book = (pending: Pending, isLeft: boolean) => {
      const lane = this.laneOf(pending.item);
      if (lane === undefined) return;
      const sum = lanes.get(lane) ?? { units: 0, left: 0, sent: 0 };
      sum.sent += 1;
      if (isLeft) sum.left += 1;
      else sum.units += itemUnits(pending.item);
      lanes.set(lane, sum);
    };
    for (const pending of written) book(pending, false);
    for (const pending of left) book(pending, true);
    for (const [lane, sum] of lanes) {
      lane.limit.replied(sum.units, sum.left / sum.sent, now);
      lane.left += sum.left;
      if (sum.left > 0) lane.leftAt = now;
    }
    this.#coolDown(now);
    if (written.length === 0 || left.length === 0) return;
    for (const { item } of left) this.#suspect(item, now, 1);
    if (this.#suspects.size > 0) for (const { item } of written) this.#suspect(item, now, 0);
  }

  #suspect(item: Item, now: number, left: 0 | 1): void {
    this.#count(item.partition, null, item.partition, now, left);
    for (const { index, partition } of item.indexed) {
      this.#count(indexKey(index, partition), index, partition, now, left);
    }
  }

  #count(key: string, index: string | null, partition: string, now: number, left: 0 | 1): void {
    let suspect = this.#suspects.get(key);
    if (suspect === undefined) {
      if (left === 0 || this.#lanes.has(key)) return;
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
    this.#lanes.set(key, {
      index,
      partition,
      limit: new FoundLimit(FIRST_RATE),
      items: [],
      head: 0,
      balance: 0,
      filledAt: now,
      leftAt: now,
      left: Math.round(suspect.left),
    });
  }

  #coolDown(now: number): void {
    for (const [key, lane] of this.#lanes) {
      if (lane.head < lane.items.length || now - lane.leftAt < COOL_MS) continue;
      this.#remember(lane);
      this.#lanes.delete(key);
    }
  }

  #remember({ index, partition, left }: Lane): void {
    const key = index === null ? partition : indexKey(index, partition);
    this.#known.set(key, { index, partition, left: Math.max(left, this.#known.get(key)?.left ?? 0) });
  }
}

export type { Lane };

/** Seconds of its rate that a lane may save up. */
const LANE_BURST_SECONDS = 0.05;

function refill(lane: Lane, now: number): void {
  const { rate } = lane.limit;
  lane.balance = Math.min(rate * LANE_BURST_SECONDS, lane.balance + ((now - lane.filledAt) / 1000) * rate);
  lane.filledAt = now;
}

function indexKey(index: string, partition: string): string {
  return `${index}\u0000${partition}`;
}

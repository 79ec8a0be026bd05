import { type DigestOf, digestOf as sha } from '../compare/digest.js';
import { DigestTable } from '../compare/digest-table.js';
import type { Item } from '../item/item.js';
import { lineageText } from '../mapping/lineage.js';
import type { Collision, CollisionSource, CollisionSummary } from './collision.js';

/** What becomes of an item: its key is its own, it is the one that is kept, it is left out, or it is rejected. */
export type Verdict = 'alone' | 'kept' | 'leftOut' | 'rejected';

const ALL_REJECTED = '\0'.repeat(16);
/** Digests of several keys: told by the whole key. */
const EXACT = '\xff'.repeat(16);
/** Keys whose sources are remembered for the reject log; the run's file names them all. */
const REASONS_KEPT = 50_000;
const EXAMPLES_KEPT = 20;

/**
 * The colliding keys of a run, in 64 to 128 bytes each. What it says of an item depends on nothing but the
 * item, so that every process that holds the same set writes the same table in whatever order.
 */
export class CollisionSet {
  readonly #digestOf: DigestOf;
  readonly #copies: ReadonlySet<string>;
  readonly #winners = new DigestTable();
  readonly #exact = new Map<string, string>();
  readonly #reasons = new Map<string, string>();
  readonly #examples: Collision[] = [];
  #collidingKeys = 0;
  #rejected = 0;
  #leftOut = 0;

  /** `copies` (`Entity.copy`) are those that the pass looked at; items of others are alone without a look. */
  constructor(copies: readonly string[], digestOf: DigestOf = sha) {
    this.#copies = new Set(copies);
    this.#digestOf = digestOf;
  }

  get counts(): Pick<CollisionSummary, 'collidingKeys' | 'rejected' | 'leftOut'> {
    return { collidingKeys: this.#collidingKeys, rejected: this.#rejected, leftOut: this.#leftOut };
  }

  /** The first of them, in the order they were added. */
  get examples(): readonly Collision[] {
    return this.#examples;
  }

  add(collision: Collision): void {
    const { key, items, winner, exact } = collision;
    const mark = winner === null ? ALL_REJECTED : markOf(winner);
    this.#winners.set(this.#digestOf(key), exact ? EXACT : mark);
    if (exact) this.#exact.set(key, mark);
    this.#collidingKeys += 1;
    if (winner === null) this.#rejected += items;
    else this.#leftOut += items - 1;
    if (winner === null && this.#reasons.size < REASONS_KEPT) this.#reasons.set(key, reasonOf(collision));
    if (this.#examples.length < EXAMPLES_KEPT) this.#examples.push(collision);
  }

  verdict(item: Item): Verdict {
    if (this.#collidingKeys === 0 || !this.#copies.has(`${item.entity}.${item.copy}`)) return 'alone';
    let mark = this.#winners.get(this.#digestOf(item.key));
    if (mark === EXACT) mark = this.#exact.get(item.key) ?? null;
    if (mark === null) return 'alone';
    if (mark === ALL_REJECTED) return 'rejected';
    const { entity, copy, origin } = item;
    return mark === markOf({ entity, copy, source: lineageText(origin) }) ? 'kept' : 'leftOut';
  }

  /** Why the items of a key are rejected: the rows that make it. */
  reason(key: string): string {
    return this.#reasons.get(key) ?? 'other rows make the same key; collisions.ndjson of the run names them';
  }
}

function markOf({ entity, copy, source }: CollisionSource): string {
  return sha(JSON.stringify([entity, copy, source]));
}

function reasonOf({ items, sources }: Collision): string {
  const named = sources.map(({ entity, copy, source }) => `${entity}.${copy} of ${source}`);
  const more = items > sources.length ? ` and ${items - sources.length} more` : '';
  return `${items} items have this key: ${named.join(', ')}${more}`;
}

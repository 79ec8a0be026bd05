import type { WireItem } from '../item/attribute-value.js';
import type { KeyAttribute } from '../item/key-attribute.js';
import { compareByKeys, compareKeyValues, keyText } from '../item/key-order.js';
import { isPart } from '../item/oversize.js';
import type { Target } from '../mapping/access/compile-pattern.js';
import type { KeyCondition } from '../mapping/access/key-plan.js';
import type { ItemReader, SortKeyCondition } from '../sink/sink.js';
import type { Cursor } from './page-token.js';

export interface MergeOptions {
  readonly reader: ItemReader;
  readonly targets: readonly Target[];
  readonly keys: {
    readonly index: string | null;
    /** Attributes of the sort key that was asked. */
    readonly sort: readonly KeyAttribute[];
    /** Attributes that name a place in the query. */
    readonly place: readonly string[];
  };
  /** One for each target. */
  readonly cursors: readonly Cursor[];
  readonly descending: boolean;
  readonly consistent: boolean;
  /** The most items; null: all. */
  readonly limit: number | null;
  readonly signal: AbortSignal;
}

export interface Merged {
  readonly items: readonly WireItem[];
  readonly requests: number;
  readonly readUnits: number | null;
  /** Where each target goes on; null where all are at their end. */
  readonly next: readonly Cursor[] | null;
}

/** The most items that several targets hold back each, so that many shards do not read far ahead. */
const PAGE_OF_SHARD = 100;

/**
 * Reads all targets side by side and gives their items in the order of the sort key, as one partition would. A
 * cursor is the last item given, not the last read: what was read ahead is read again by the next page. Parts
 * of oversize items are left out: their head stands for them.
 */
export async function mergeTargets(options: MergeOptions): Promise<Merged> {
  const { limit, descending, keys } = options;
  const streams = options.targets.map(
    (target, index) => new TargetStream(target, options.cursors[index] ?? 'begin', options),
  );
  const turn = descending ? -1 : 1;
  const items: WireItem[] = [];
  await Promise.all(streams.map((stream) => stream.fill(limit)));
  while (limit === null || items.length < limit) {
    const first = streams.reduce<TargetStream | null>((before, stream) => {
      if (stream.head === null) return before;
      const head = before?.head ?? null;
      return head === null || turn * compareByKeys(keys.sort, stream.head, head) < 0 ? stream : before;
    }, null);
    if (first === null) break;
    items.push(first.take());
    await first.fill(limit === null ? null : limit - items.length);
  }
  const cursors = streams.map((stream) => stream.cursor);
  const units = streams.map((stream) => stream.readUnits).filter((read) => read !== null);
  return {
    items,
    requests: streams.reduce((sum, stream) => sum + stream.requests, 0),
    readUnits: units.length === 0 ? null : units.reduce((sum, read) => sum + read, 0),
    next: cursors.every((cursor) => cursor === 'end') ? null : cursors,
  };
}

class TargetStream {
  readonly #target: Target;
  readonly #options: MergeOptions;
  readonly #ahead: WireItem[] = [];
  /** Where the next page begins; 'end': there is none. */
  #page: Cursor;
  #cursor: Cursor;
  requests = 0;
  readUnits: number | null = null;

  constructor(target: Target, cursor: Cursor, options: MergeOptions) {
    this.#target = target;
    this.#options = options;
    this.#page = cursor;
    this.#cursor = cursor;
  }

  get head(): WireItem | null {
    return this.#ahead[0] ?? null;
  }

  /** Behind the last item taken. */
  get cursor(): Cursor {
    return this.#page === 'end' && this.#ahead.length === 0 ? 'end' : this.#cursor;
  }

  take(): WireItem {
    const item = this.#ahead.shift();
    if (item === undefined) throw new TypeError('nothing is read ahead');
    const { place } = this.#options.keys;
    this.#cursor = Object.fromEntries(place.flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
    return item;
  }

  /** Reads until an item is there or the end is reached; `wanted` is how many will be taken at most. */
  async fill(wanted: number | null): Promise<void> {
    while (this.#ahead.length === 0 && this.#page !== 'end') await this.#read(wanted);
  }

  async #read(wanted: number | null): Promise<void> {
    const { reader, targets, keys, descending, consistent, signal } = this.#options;
    const { partition, sort } = this.#target;
    const most = targets.length > 1 ? PAGE_OF_SHARD : null;
    // One more than wanted tells whether anything is behind them.
    const limit = wanted === null ? null : Math.min(wanted + 1, most ?? wanted + 1);
    const page = await reader.query(
      {
        index: keys.index,
        partition,
        sort: sort.map(bounds),
        descending,
        consistent,
        limit,
        after: typeof this.#page === 'string' ? null : this.#page,
      },
      signal,
    );
    this.requests += 1;
    if (page.consumedUnits !== null) this.readUnits = (this.readUnits ?? 0) + page.consumedUnits;
    this.#ahead.push(...page.items.filter((item) => !isPart(item) && isWithin(item, sort)));
    this.#page = page.next ?? 'end';
  }
}

function bounds(condition: KeyCondition): SortKeyCondition {
  if (condition.kind !== 'range') return condition;
  const { from, to } = condition;
  return { ...condition, from: from?.value ?? null, to: to?.value ?? null };
}

/** DynamoDB includes the bounds of BETWEEN: what a bound leaves out is left out here. */
function isWithin(item: WireItem, sort: readonly KeyCondition[]): boolean {
  const last = sort.at(-1);
  if (last?.kind !== 'range') return true;
  const value = keyText(item, last) ?? '';
  return [last.from, last.to].every(
    (end) => end === null || end.included || compareKeyValues(last.type, end.value, value) !== 0,
  );
}

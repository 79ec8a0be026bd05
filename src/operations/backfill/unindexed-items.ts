import type { WireItem } from '../../item/attribute-value.js';
import { keyOf } from '../../item/canonical.js';
import { type KeyAttribute, keyAttributes, keyNames } from '../../item/key-attribute.js';
import { LIMITS } from '../../item/limits.js';
import type { ResolvedIndex, ResolvedTable } from '../../mapping/resolved-mapping.js';
import { rateLimit } from '../../pipeline/rate.js';
import { sinkError } from '../../sink/errors.js';
import type { Sink } from '../../sink/sink.js';
import { systemClock } from '../../support/time.js';

/** Items that have every attribute of an index's key and are left out all the same, without a word of DynamoDB's. */
export interface UnindexedItems {
  readonly index: string;
  readonly items: number;
  /** The keys of the first. */
  readonly examples: readonly WireItem[];
}

export interface UnindexedOptions {
  readonly design: ResolvedTable;
  readonly sink: Sink;
  /** Read units a second to stay below; undefined: what the table gives. */
  readonly maxReadUnits?: number | undefined;
  readonly signal: AbortSignal;
}

const SEGMENTS = 4;
const EXAMPLES = 5;

/**
 * Reads the whole table, and looks what each global index of the design leaves out, whether it is there already or not:
 * an attribute of another type than its key's, an empty one, or one that is too long. Throws `SINK_*`.
 */
export async function findUnindexed(options: UnindexedOptions): Promise<readonly UnindexedItems[]> {
  const { design, sink, signal, maxReadUnits = Number.POSITIVE_INFINITY } = options;
  const indexes = design.indexes.filter(({ local }) => local !== true);
  const counts = indexes.map(({ name }) => ({ index: name, items: 0, examples: [] as WireItem[] }));
  if (indexes.length === 0) return counts;
  await using reader = await sink.openReader();
  if (reader === null) throw sinkError('SINK_REFUSED', `${sink.label} cannot be read`);
  const rate = rateLimit(maxReadUnits, systemClock);
  const keys = [design.partitionKey, design.sortKey];
  await Promise.all(
    Array.from({ length: SEGMENTS }, async (_, segment) => {
      let after: WireItem | null = null;
      let expected = 1;
      do {
        await rate.take(expected, signal);
        const position = { segment, segments: SEGMENTS, consistent: false, after };
        const { items, next, consumedUnits } = await reader.scan(position, signal);
        rate.settle(expected, consumedUnits ?? expected);
        expected = consumedUnits ?? expected;
        for (const item of items) {
          for (const [at, index] of indexes.entries()) {
            const count = counts[at];
            if (count === undefined || !isLeftOut(item, index)) continue;
            count.items += 1;
            if (count.examples.length < EXAMPLES) count.examples.push(keyOf(item, keys));
          }
        }
        after = next;
      } while (after !== null);
    }),
  );
  return counts;
}

/** An item without one of the attributes is not meant to be in the index. */
function isLeftOut(item: WireItem, { partitionKey, sortKey }: ResolvedIndex): boolean {
  const names = [...keyNames(partitionKey), ...keyNames(sortKey)];
  if (!names.every((name) => name in item)) return false;
  const fits = (most: number) => (attribute: KeyAttribute) => isKey(item, attribute, most);
  return !(
    keyAttributes(partitionKey).every(fits(LIMITS.partitionKeyBytes)) &&
    keyAttributes(sortKey).every(fits(LIMITS.sortKeyBytes))
  );
}

function isKey(item: WireItem, { name, type }: KeyAttribute, most: number): boolean {
  const value = item[name]?.[type];
  if (typeof value !== 'string') return false;
  if (type === 'N') return true;
  const bytes = Buffer.byteLength(value, type === 'B' ? 'base64' : 'utf8');
  return bytes > 0 && bytes <= most;
}

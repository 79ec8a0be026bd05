import type { WireItem } from '../../item/attribute-value.js';
import { LIMITS, readUnits } from '../../item/limits.js';
import { itemBytes } from '../../item/size.js';
import type { ItemScanner, Pace } from '../item-decoder.js';

/**
 * A scanner that waits at `pace` before each request and tells it afterwards what the request took: of a Scan what the
 * table says, of lookups what their items come to.
 */
export function pacedScanner(scanner: ItemScanner, pace: Pace): ItemScanner {
  /** A page of a Scan is expected to take what the one before it took, of whichever segment. */
  let expected = 1;
  return {
    async scan(position, signal) {
      const taken = expected;
      await pace.take(taken, signal);
      const page = await scanner.scan(position, signal);
      expected = page.consumedUnits ?? taken;
      pace.settle(taken, expected);
      return page;
    },
    async get(keys, signal) {
      const found = new Map<string, WireItem>();
      for (let start = 0; start < keys.length; start += LIMITS.batchGetItems) {
        const batch = keys.slice(start, start + LIMITS.batchGetItems);
        await pace.take(batch.length, signal);
        const there = await scanner.get(batch, signal);
        for (const [key, item] of there) found.set(key, item);
        pace.settle(batch.length, unitsOf(batch, there));
      }
      return found;
    },
  };
}

/** Lookups are strongly consistent, and billed item by item; one that is not there takes a unit too. */
function unitsOf(keys: readonly string[], found: ReadonlyMap<string, WireItem>): number {
  return keys.reduce((sum, key) => {
    const item = found.get(key);
    return sum + readUnits(item === undefined ? 0 : itemBytes(item));
  }, 0);
}

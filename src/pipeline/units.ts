import type { Item } from '../item/item.js';
import { writeUnits } from '../item/limits.js';
import type { WriteOutcome } from '../sink/sink.js';

/** Write units of putting the item once: table and every index it is in. */
export function itemUnits(item: Item): number {
  let units = writeUnits(item.bytes);
  for (const entry of item.indexed) units += writeUnits(entry.bytes);
  return units;
}

/**
 * Write units that the sink's sum leaves out: a put that a condition held back is billed all the same, and
 * one whose reply was lost may have been (docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html).
 */
export function unbilled({ skipped, unprocessed, trouble, readUnits }: WriteOutcome): number {
  let units = 0;
  if (readUnits === undefined) for (const item of skipped) units += writeUnits(item.bytes);
  if (trouble !== null) for (const item of unprocessed) units += itemUnits(item);
  return units;
}

/** `ConsumedCapacity` of a reply; `CapacityUnits` is the sum of table and indexes. */
export interface Consumed {
  readonly CapacityUnits?: number;
}

/** Units of a reply, or null where it does not say. */
export function unitsOf(consumed: Consumed | readonly Consumed[] | undefined): number | null {
  if (consumed === undefined) return null;
  const list = Array.isArray(consumed) ? (consumed as readonly Consumed[]) : [consumed as Consumed];
  let units: number | null = null;
  for (const { CapacityUnits } of list) {
    if (CapacityUnits !== undefined) units = (units ?? 0) + CapacityUnits;
  }
  return units;
}

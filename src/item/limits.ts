/**
 * DynamoDB's limits, read 2026-11. Sources:
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (sizes, numbers, nesting)
 * docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html (batches)
 */
export const LIMITS = {
  itemBytes: 400 * 1024,
  /** Items of one partition key, in the table and its local indexes together; only where there is one. */
  collectionBytes: 10 * 1024 ** 3,
  partitionKeyBytes: 2048,
  sortKeyBytes: 1024,
  nestingLevels: 32,
  numberDigits: 38,
  batchWriteItems: 25,
  /** Of the request's body on the wire, where `\u0001` is six bytes. */
  batchWriteBytes: 16 * 1024 * 1024,
  batchGetItems: 100,
  writeUnitBytes: 1024,
  readUnitBytes: 4096,
  storageOverheadBytes: 100,
  tableNameMin: 3,
  tableNameMax: 255,
  globalIndexes: 20,
  localIndexes: 5,
  /** Of each of an index's two keys. */
  indexKeyAttributes: 4,
} as const;

/** Read units of one strongly consistent read of an item of `bytes`: 4 KB each, rounded up; 0 bytes: it is not there. */
export function readUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / LIMITS.readUnitBytes));
}

/** Write units of one put of `bytes`: 1 KB each, rounded up. */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / LIMITS.writeUnitBytes));
}

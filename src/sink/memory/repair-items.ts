import type { WireItem, WireValue } from '../../item/attribute-value.js';
import { canonicalKey, sameItem } from '../../item/canonical.js';
import type { AttributeChange, ItemChange } from '../../item/item-change.js';
import { writeUnits } from '../../item/limits.js';
import { itemBytes } from '../../item/size.js';
import type { ItemRepairer, RepairOutcome } from '../item-repairer.js';
import type { SinkTable } from '../sink-options.js';
import { refusal } from './refusal.js';

/** Repairs a table in memory under the conditions that DynamoDB would be asked for. */
export function memoryRepairer(items: Map<string, WireItem>, table: SinkTable): ItemRepairer {
  return {
    async create(item) {
      const there = items.get(canonicalKey(item, keysOf(table)));
      if (there === undefined) return store(items, table, item);
      return sameItem(there, item) ? { kind: 'done', units: null } : { kind: 'changed' };
    },
    update: async (key, changes) => changeStored(items, table, key, { changes, guards: [] }),
    async remove(item) {
      const key = canonicalKey(item, keysOf(table));
      const there = items.get(key);
      if (there === undefined || !sameItem(there, item)) return { kind: 'changed' };
      items.delete(key);
      return { kind: 'done', units: writeUnits(itemBytes(item)) };
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** Of several changes some may have been made before. */
export function withoutDone(there: WireItem | undefined, change: ItemChange): ItemChange {
  if (there === undefined) return change;
  const isDone = ({ name, wanted }: AttributeChange) => sameValue(there[name] ?? null, wanted);
  return { ...change, changes: change.changes.filter((one) => !isDone(one)) };
}

/** Changes an item in place, on condition that it is what was seen of it. */
export function changeStored(
  items: Map<string, WireItem>,
  table: SinkTable,
  key: WireItem,
  { changes, guards }: ItemChange,
): RepairOutcome {
  const there = items.get(canonicalKey(key, keysOf(table)));
  if (there === undefined) return { kind: 'changed' };
  const holds = (name: string, value: WireValue | null) => sameValue(there[name] ?? null, value);
  const isAsSeen =
    changes.every(({ name, seen }) => holds(name, seen)) &&
    guards.every(({ name, value }) => holds(name, value));
  if (!isAsSeen) {
    const isDone = changes.every(({ name, wanted }) => holds(name, wanted));
    return isDone ? { kind: 'done', units: null } : { kind: 'changed' };
  }
  const removed = new Set(changes.filter(({ wanted }) => wanted === null).map(({ name }) => name));
  const kept = Object.entries(there).filter(([name]) => !removed.has(name));
  const set = changes.flatMap(({ name, wanted }) => (wanted === null ? [] : [[name, wanted] as const]));
  return store(items, table, Object.fromEntries([...kept, ...set]));
}

function store(items: Map<string, WireItem>, table: SinkTable, item: WireItem): RepairOutcome {
  const reason = refusal(item, table);
  if (reason !== null) return { kind: 'refused', reason };
  items.set(canonicalKey(item, keysOf(table)), item);
  return { kind: 'done', units: writeUnits(itemBytes(item)) };
}

function keysOf({ partitionKey, sortKey }: SinkTable): readonly string[] {
  return [partitionKey, sortKey];
}

function sameValue(a: WireValue | null, b: WireValue | null): boolean {
  return a === null || b === null ? a === b : sameItem({ a }, { a: b });
}

import type { WireItem, WireValue } from '../../item/attribute-value.js';
import { canonicalKey, sameItem } from '../../item/canonical.js';
import { writeUnits } from '../../item/limits.js';
import { itemBytes } from '../../item/size.js';
import type { ItemRepairer, RepairOutcome } from '../item-repairer.js';
import type { SinkTable } from '../sink-options.js';
import { refusal } from './refusal.js';

/** Repairs a table in memory under the conditions that DynamoDB would be asked for. */
export function memoryRepairer(items: Map<string, WireItem>, table: SinkTable): ItemRepairer {
  const names = [table.partitionKey, table.sortKey];

  function store(item: WireItem): RepairOutcome {
    const reason = refusal(item, table);
    if (reason !== null) return { kind: 'refused', reason };
    items.set(canonicalKey(item, names), item);
    return { kind: 'done', units: writeUnits(itemBytes(item)) };
  }

  return {
    async create(item) {
      const there = items.get(canonicalKey(item, names));
      if (there === undefined) return store(item);
      return sameItem(there, item) ? { kind: 'done', units: null } : { kind: 'changed' };
    },
    async update(key, changes) {
      const there = items.get(canonicalKey(key, names));
      if (there === undefined) return { kind: 'changed' };
      const holds = (pick: 'seen' | 'wanted') =>
        changes.every((change) => sameValue(there[change.name] ?? null, change[pick]));
      if (!holds('seen')) return holds('wanted') ? { kind: 'done', units: null } : { kind: 'changed' };
      const removed = new Set(changes.filter(({ wanted }) => wanted === null).map(({ name }) => name));
      const kept = Object.entries(there).filter(([name]) => !removed.has(name));
      const set = changes.flatMap(({ name, wanted }) => (wanted === null ? [] : [[name, wanted] as const]));
      return store(Object.fromEntries([...kept, ...set]));
    },
    async [Symbol.asyncDispose]() {},
  };
}

function sameValue(a: WireValue | null, b: WireValue | null): boolean {
  return a === null || b === null ? a === b : sameItem({ a }, { a: b });
}

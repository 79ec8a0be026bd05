import type { WireItem } from '../../item/attribute-value.js';
import { type KeyAttribute, keyAttributes } from '../../item/key-attribute.js';
import { compareByKeys, compareKeyValues, keyText } from '../../item/key-order.js';
import type { KeyQuery, QueryPage, SortKeyCondition } from '../sink.js';
import type { SinkTable } from '../sink-options.js';

/** A Query over items in memory: one partition, in the order of its sort keys, then of the item's own key. */
export function queryItems(items: Iterable<WireItem>, table: SinkTable, query: KeyQuery): QueryPage {
  const { partition, sort, descending, limit, after } = query;
  const asked = table.indexes.find(({ name }) => name === query.index) ?? table;
  const keys = [...keyAttributes(asked.partitionKey), ...keyAttributes(asked.sortKey)];
  const own = [...keyAttributes(table.partitionKey), ...keyAttributes(table.sortKey)];
  const turn = descending ? -1 : 1;
  const order = (a: WireItem, b: WireItem) => turn * compareByKeys([...keys, ...own], a, b);
  const conditions = [...partition.map((key) => ({ ...key, kind: 'equals' as const })), ...sort];
  const found = [...items]
    .filter((item) => keys.every((key) => keyText(item, key) !== null))
    .filter((item) => conditions.every((condition) => matches(keyText(item, condition), condition)))
    .filter((item) => after === null || order(item, after) > 0)
    .sort(order);
  const page = limit === null ? found : found.slice(0, limit);
  return {
    items: page,
    next: page.length < found.length ? (page.at(-1) ?? null) : null,
    consumedUnits: null,
  };
}

function matches(text: string | null, condition: SortKeyCondition): boolean {
  if (text === null) return false;
  const { type } = condition;
  if (condition.kind !== 'range') {
    const { kind, value } = condition;
    return kind === 'equals' ? compareKeyValues(type, text, value) === 0 : begins(type, text, value);
  }
  const { from, to } = condition;
  return (
    (from === null || compareKeyValues(type, text, from) >= 0) &&
    (to === null || compareKeyValues(type, text, to) <= 0)
  );
}

function begins(type: KeyAttribute['type'], text: string, start: string): boolean {
  if (type !== 'B') return text.startsWith(start);
  const bytes = Buffer.from(start, 'base64');
  return Buffer.from(text, 'base64').subarray(0, bytes.length).equals(bytes);
}

import type { WireItem } from '../../item/attribute-value.js';
import { canonicalKey } from '../../item/canonical.js';
import { templateKey } from '../../item/key-attribute.js';
import type { KeyQuery, QueryPage, SortKeyCondition } from '../sink.js';
import type { SinkTable } from '../sink-options.js';

/** A Query over items in memory: one partition, sort keys by their bytes, then by the item's own key. */
export function queryItems(items: Iterable<WireItem>, table: SinkTable, query: KeyQuery): QueryPage {
  const { partition, sort, descending, limit, after } = query;
  const index = table.indexes.find(({ name }) => name === query.index);
  const indexKey = index?.sortKey ?? null;
  const sortKey = query.index === null ? table.sortKey : indexKey === null ? null : templateKey(indexKey);
  const own = [table.partitionKey, table.sortKey];
  const place = (item: WireItem) => [
    ...(sortKey === null ? [] : [textOf(item, sortKey) ?? '']),
    canonicalKey(item, own),
  ];
  const turn = descending ? -1 : 1;
  const order = (a: WireItem, b: WireItem) => turn * compareTexts(place(a), place(b));
  const found = [...items]
    .filter((item) => textOf(item, partition.attribute) === partition.value)
    .filter((item) => sortKey === null || textOf(item, sortKey) !== null)
    .filter((item) => sort === null || matches(textOf(item, sort.attribute), sort))
    .filter((item) => after === null || order(item, after) > 0)
    .sort(order);
  const page = limit === null ? found : found.slice(0, limit);
  return {
    items: page,
    next: page.length < found.length ? (page.at(-1) ?? null) : null,
    consumedUnits: null,
  };
}

function textOf(item: WireItem, attribute: string): string | null {
  const text = item[attribute]?.['S'];
  return typeof text === 'string' ? text : null;
}

function matches(text: string | null, sort: SortKeyCondition): boolean {
  if (text === null) return false;
  if (sort.kind !== 'range')
    return sort.kind === 'equals' ? text === sort.value : text.startsWith(sort.value);
  const { from, to } = sort;
  return (from === null || compareBytes(text, from) >= 0) && (to === null || compareBytes(text, to) <= 0);
}

function compareTexts(a: readonly string[], b: readonly string[]): number {
  for (const [index, text] of a.entries()) {
    const order = compareBytes(text, b[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** As DynamoDB compares strings; JavaScript's `<` compares UTF-16. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

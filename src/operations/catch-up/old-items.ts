import { itemFingerprint } from '../../compare/digest.js';
import type { WireItem } from '../../item/attribute-value.js';
import { canonicalKey } from '../../item/canonical.js';
import { keyNames } from '../../item/key-attribute.js';
import type { ResolvedIndex, ResolvedTable } from '../../mapping/resolved-mapping.js';
import type { ItemReader } from '../../sink/sink.js';
import { type Making, makeAgain, type RowName } from '../made-items.js';
import type { Looked, Orphan } from '../prune/delete-orphans.js';

export interface OldLook extends Making {
  readonly reader: ItemReader;
}

/**
 * The index that tells all items of a row: keyed by the lineage attribute, and without a sort key that an item may lack.
 * Null where the table has none.
 */
export function lineageIndexOf(table: ResolvedTable): ResolvedIndex | null {
  const always = new Set([table.partitionKey, table.sortKey, table.entityAttribute, table.lineageAttribute]);
  const tells = ({ partitionKey, sortKey }: ResolvedIndex) =>
    keyNames(partitionKey).join() === table.lineageAttribute &&
    keyNames(sortKey).every((name) => always.has(name));
  return table.indexes.find((index) => index.local !== true && tells(index)) ?? null;
}

/** What the table holds of these rows under keys that they do not make; by the index, whose queries `onUnits` is told of. */
export async function oldItemsOf(
  rows: readonly RowName[],
  { name: index }: ResolvedIndex,
  table: ResolvedTable,
  look: OldLook,
  onUnits: (units: number | null) => void,
): Promise<readonly Orphan[]> {
  const { reader, keys, signal } = look;
  const made = await makeAgain(rows, look);
  const keysOf = async ({ source }: RowName): Promise<readonly string[]> => {
    const found: string[] = [];
    let after: WireItem | null = null;
    do {
      const partition = [{ name: table.lineageAttribute, type: 'S' as const, value: source }];
      const query = { index, partition, sort: [], descending: false, consistent: false, limit: null, after };
      const page = await reader.query(query, signal);
      onUnits(page.consumedUnits);
      found.push(...page.items.map((item) => canonicalKey(item, keys)));
      after = page.next;
    } while (after !== null);
    return found;
  };
  const suspects = await Promise.all(
    rows.map(async (row) => ({
      row,
      keys: made.rejected.has(row.source) ? [] : (await keysOf(row)).filter((key) => !made.items.has(key)),
    })),
  );
  // The index is behind the table: what it says is looked for there.
  const held = await reader.get([...new Set(suspects.flatMap((suspect) => suspect.keys))], signal);
  return suspects.flatMap(({ row, keys: own }) =>
    own.flatMap((key): readonly Orphan[] => {
      const item = held.get(key);
      if (item === undefined || !isOf(item, row, table)) return [];
      return [{ ...row, key: JSON.parse(key) as WireItem, fingerprint: itemFingerprint(item) }];
    }),
  );
}

/** Entities with the same root share lineages. */
function isOf(item: WireItem, { entity, source }: RowName, table: ResolvedTable): boolean {
  return item[table.entityAttribute]?.['S'] === entity && item[table.lineageAttribute]?.['S'] === source;
}

/**
 * Those that still are what was seen while their rows make other items, all of which are there: a row that has changed
 * once more since it was written keeps what it has until the next catch-up.
 */
export async function lookAtOld(orphans: readonly Orphan[], look: OldLook): Promise<Looked> {
  const made = await makeAgain(orphans, look);
  const keys = orphans.map(({ key }) => canonicalKey(key, look.keys));
  const successors = orphans.flatMap((orphan) => made.ofRow(orphan).map(({ key }) => key));
  const held = await look.reader.get([...new Set([...keys, ...successors])], look.signal);
  let gone = 0;
  const items = orphans.flatMap((orphan, at): readonly WireItem[] => {
    const key = keys[at] ?? '';
    const item = held.get(key);
    if (item === undefined) {
      gone += 1;
      return [];
    }
    const isOld =
      !made.items.has(key) &&
      !made.rejected.has(orphan.source) &&
      itemFingerprint(item) === orphan.fingerprint &&
      made.ofRow(orphan).every((one) => held.has(one.key));
    return isOld ? [item] : [];
  });
  return { items, gone };
}

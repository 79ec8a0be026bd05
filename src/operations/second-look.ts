import { itemFingerprint } from '../compare/digest.js';
import type { Joined } from '../compare/item-join.js';
import { compareOwned, isTorn } from '../compare/owned-attributes.js';
import type { WireItem } from '../item/attribute-value.js';
import type { ItemReader } from '../sink/sink.js';
import type { Difference } from './diff-report.js';
import { type Made, type Making, makeAgain, type RowName } from './made-items.js';
import type { OwnedNames } from './owned-names.js';

/** `mappers`: without the items that collisions keep from being written. */
export interface SecondLook extends Making {
  readonly reader: ItemReader;
  readonly owned: OwnedNames;
}

/** A difference, with both items whole as they are now; null where there is none. */
export interface Verdict {
  readonly difference: Difference;
  readonly wanted: WireItem | null;
  readonly found: WireItem | null;
}

/**
 * Reads the rows of some differing keys and their items once more, rows first: what does not differ any more
 * was changed while the diff ran, and is answered as null at its place. Throws `SOURCE_*`, `SINK_*`.
 */
export async function lookAgain(
  suspects: readonly Joined[],
  look: SecondLook,
): Promise<readonly (Verdict | null)[]> {
  const made = await makeAgain(suspects.flatMap(rowsOf), look);
  const keys = suspects.map(({ key }) => key);
  const held = new Map(await look.reader.get(keys, look.signal));
  // Only an item that is there can be of another version of its row than its sisters.
  const sisters = keys.flatMap((key) => (held.has(key) ? (made.items.get(key)?.ofRow ?? []) : []));
  const unread = new Set(sisters.map(({ key }) => key).filter((key) => !held.has(key)));
  for (const [key, item] of await look.reader.get([...unread], look.signal)) held.set(key, item);
  return suspects.map((suspect) => judge(suspect, made, held, look));
}

function judge(
  { key, expected: before, found: seen }: Joined,
  made: Made,
  held: ReadonlyMap<string, WireItem>,
  { owned }: SecondLook,
): Verdict | null {
  const found = held.get(key) ?? null;
  const fingerprint = found === null ? null : itemFingerprint(found);
  const expected = made.items.get(key) ?? null;
  const wire = JSON.parse(key) as WireItem;
  if (expected === null) {
    const source = seen?.source ?? null;
    const entity = seen?.entity ?? null;
    // A row that is there no more left its item behind, if it is that row's.
    if (found === null || source === null || entity === null || made.rejected.has(source)) return null;
    if (before !== null && before.source !== source) return null;
    const what = { entity, copy: null, key: wire, source, attributes: [], stale: false, fingerprint };
    return { difference: { kind: 'orphan', ...what }, wanted: null, found };
  }
  const { entity, copy, item } = expected;
  const source = before?.source ?? seen?.source ?? '';
  const what = { entity, copy, key: wire, source, fingerprint };
  if (found === null) {
    return { difference: { kind: 'missing', ...what, attributes: [], stale: false }, wanted: item, found };
  }
  const attributes = compareOwned(item, found, owned.ofCopy(entity, copy));
  if (attributes.length === 0) return null;
  const stale = expected.ofRow.some((sister) => {
    const there = held.get(sister.key);
    if (sister === expected || there === undefined) return false;
    const both = owned.ofCopy(sister.entity, sister.copy);
    const names = attributes.map(({ name }) => name).filter((name) => both.has(name));
    return isTorn({ expected: item, found }, { expected: sister.item, found: there }, names);
  });
  return { difference: { kind: 'different', ...what, attributes, stale }, wanted: item, found };
}

/** The rows of both sides. */
function rowsOf({ expected, found }: Joined): readonly RowName[] {
  return [expected, found].flatMap((side) =>
    side === null || side.entity === null || side.source === null
      ? []
      : [{ entity: side.entity, source: side.source }],
  );
}

import { itemFingerprint } from '../compare/digest.js';
import type { Joined } from '../compare/item-join.js';
import { compareOwned, isTorn } from '../compare/owned-attributes.js';
import type { WireItem } from '../item/attribute-value.js';
import { canonicalKey } from '../item/canonical.js';
import { lineageText, parseLineage } from '../mapping/lineage.js';
import { type EntityMapper, type Mapped, nothingMapped } from '../mapping/mapper.js';
import { PAGE_BYTES } from '../pipeline/pipeline.js';
import type { ItemReader } from '../sink/sink.js';
import type { Snapshot } from '../source/source.js';
import { MigrationError } from '../support/error.js';
import type { Difference } from './diff-report.js';
import type { OwnedNames } from './owned-names.js';

export interface SecondLook {
  readonly snapshot: Snapshot;
  readonly reader: ItemReader;
  /** Without the items that collisions keep from being written. */
  readonly mappers: ReadonlyMap<string, EntityMapper>;
  readonly owned: OwnedNames;
  /** Names of the table's partition and sort key. */
  readonly keys: readonly string[];
  readonly signal: AbortSignal;
}

/** A difference, with both items whole as they are now; null where there is none. */
export interface Verdict {
  readonly difference: Difference;
  readonly wanted: WireItem | null;
  readonly found: WireItem | null;
}

interface MadeItem {
  readonly key: string;
  readonly entity: string;
  readonly copy: string;
  readonly item: WireItem;
  /** All items of its row, this one among them. */
  readonly ofRow: readonly MadeItem[];
}

interface Made {
  readonly items: ReadonlyMap<string, MadeItem>;
  readonly rejected: ReadonlySet<string>;
}

/**
 * Reads the rows of some differing keys and their items once more, rows first: what does not differ any more
 * was changed while the diff ran, and is answered as null at its place. Throws `SOURCE_*`, `SINK_*`.
 */
export async function lookAgain(
  suspects: readonly Joined[],
  look: SecondLook,
): Promise<readonly (Verdict | null)[]> {
  const made = await makeAgain(suspects, look);
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

async function makeAgain(suspects: readonly Joined[], look: SecondLook): Promise<Made> {
  const items = new Map<string, MadeItem>();
  const rejected = new Set<string>();
  const sources = new Map<string, Set<string>>();
  for (const { expected, found } of suspects) {
    for (const side of [expected, found]) {
      if (side === null || side.entity === null || side.source === null) continue;
      const of = sources.get(side.entity) ?? new Set();
      sources.set(side.entity, of.add(side.source));
    }
  }
  for (const [entity, of] of sources) {
    const mapper = look.mappers.get(entity);
    if (mapper === undefined) continue;
    const width = mapper.query.identity.length;
    const rows = [...of].map((source) => parseLineage(source).key).filter((row) => row.length === width);
    const made = nothingMapped();
    await readRows(mapper, rows, made, look);
    const rowsOf = new Map<string, MadeItem[]>();
    for (const { copy, json, origin } of made.items) {
      const item = JSON.parse(json) as WireItem;
      const key = canonicalKey(item, look.keys);
      const source = lineageText(origin);
      const ofRow = rowsOf.get(source) ?? [];
      rowsOf.set(source, ofRow);
      const one = { key, entity, copy, item, ofRow };
      ofRow.push(one);
      items.set(key, one);
    }
    for (const reject of made.rejects) rejected.add(lineageText(reject.origin));
  }
  return { items, rejected };
}

/** The rows that are there. A lineage that was tampered with may hold what is no value of its column: no row. */
async function readRows(
  mapper: EntityMapper,
  rows: readonly (readonly string[])[],
  made: Mapped,
  look: SecondLook,
): Promise<void> {
  if (rows.length === 0) return;
  const { snapshot, signal } = look;
  try {
    const plan = { rowsPerChunk: rows.length, keys: rows };
    for await (const chunk of snapshot.planChunks(mapper.query, plan)) {
      const pages = snapshot.readChunk(mapper.query, chunk, { pageBytes: PAGE_BYTES, signal });
      for await (const page of pages) for (const tree of page.rows) mapper.map(tree, made);
    }
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'SOURCE_KEY') throw error;
    if (rows.length === 1) return;
    const middle = Math.ceil(rows.length / 2);
    await readRows(mapper, rows.slice(0, middle), made, look);
    await readRows(mapper, rows.slice(middle), made, look);
  }
}

import { digestOf } from '../compare/digest.js';
import type { ExpectedItem, FoundItem, Joined } from '../compare/item-join.js';
import type { ItemSample } from '../compare/item-sample.js';
import { ownedAttributes } from '../compare/owned-attributes.js';
import { runInProcess } from '../executor/in-process.js';
import type { WireItem } from '../item/attribute-value.js';
import { canonicalItem, canonicalKey } from '../item/canonical.js';
import { LIMITS } from '../item/limits.js';
import { itemBytes } from '../item/size.js';
import { lineageText } from '../mapping/lineage.js';
import { type EntityMapper, nothingMapped } from '../mapping/mapper.js';
import type { ResolvedTable } from '../mapping/resolved-mapping.js';
import type { Meter } from '../pipeline/meter.js';
import { PAGE_BYTES } from '../pipeline/pipeline.js';
import type { RateLimit } from '../pipeline/rate.js';
import { readOnce } from '../pipeline/read-once.js';
import { plannedChunks } from '../pipeline/remaining-chunks.js';
import type { SnapshotKeeper } from '../pipeline/snapshot-keeper.js';
import type { ItemReader } from '../sink/sink.js';
import type { Chunk } from '../source/source.js';
import type { DiffTally } from './diff-tally.js';
import { isExpired } from './expired-item.js';
import type { OwnedNames } from './owned-names.js';
import { RowSet } from './row-set.js';

/** What both sides of a diff are read with. */
export interface Sides {
  readonly table: ResolvedTable;
  readonly owned: OwnedNames;
  /** Takes every item that a row makes. */
  readonly expected: { expect(item: ExpectedItem): void };
  readonly tally: DiffTally;
  readonly meter: Meter;
  readonly signal: AbortSignal;
}

/** Maps every row of an entity into the join. Answers the rejected rows. Throws `SOURCE_*`. */
export async function expectItems(
  sides: Sides,
  mapper: EntityMapper,
  keeper: SnapshotKeeper,
  { rowsPerChunk, concurrency }: { readonly rowsPerChunk: number; readonly concurrency: number },
): Promise<RowSet> {
  const { table, owned, expected, tally, meter, signal } = sides;
  const { entity } = mapper;
  const names = [table.partitionKey, table.sortKey];
  const ofEntity = owned.ofEntity(entity);
  const rejected = new RowSet();
  const now = Date.now() / 1000;
  const read = async (chunk: Chunk) => {
    await readOnce(keeper, mapper.query, chunk, { pageBytes: PAGE_BYTES, signal }, (rows) => {
      const made = nothingMapped();
      for (const tree of rows) mapper.map(tree, made);
      for (const { copy, json, origin } of made.items) {
        const item = JSON.parse(json) as WireItem;
        const value = digestOf(canonicalItem(ownedAttributes(item, ofEntity)));
        const expired = isExpired(item, table, now);
        const key = canonicalKey(item, names);
        expected.expect({ key, value, entity, copy, source: lineageText(origin), expired });
      }
      for (const { origin } of made.rejects) rejected.add({ entity, source: lineageText(origin) });
      tally.rejects += made.rejects.length;
      tally.rows(entity, rows.length);
      meter.rows += rows.length;
      meter.written += made.items.length;
      meter.rejects += made.rejects.length;
    });
    meter.chunksDone += 1;
  };
  await runInProcess(plannedChunks(keeper, mapper.query, { rowsPerChunk }), concurrency, read);
  return rejected;
}

/** Reads the whole table into the join, its segments in parallel. Throws `SINK_*`. */
export async function findItems(
  sides: Sides,
  join: { find(item: FoundItem): void },
  reader: ItemReader,
  limit: RateLimit,
  segments: number,
): Promise<void> {
  const { signal } = sides;
  await Promise.all(
    Array.from({ length: segments }, async (_, segment) => {
      let after: WireItem | null = null;
      let units = 1;
      do {
        await limit.take(units, signal);
        const page = await reader.scan({ segment, segments, consistent: true, after }, signal);
        limit.settle(units, page.consumedUnits ?? units);
        units = page.consumedUnits ?? units;
        if (page.consumedUnits !== null) countUnits(sides, page.consumedUnits);
        for (const item of page.items) join.find(foundItem(sides, item));
        signal.throwIfAborted();
        after = page.next;
      } while (after !== null);
    }),
  );
}

/** Reads what the table holds under the keys of the sample, and of no others, a batch at a time. Throws `SINK_*`. */
export async function* findSample(
  sides: Sides,
  sample: ItemSample,
  reader: ItemReader,
  limit: RateLimit,
): AsyncGenerator<readonly Joined[], void, undefined> {
  const { signal } = sides;
  const items = sample.items();
  for (let at = 0; at < items.length; at += LIMITS.batchGetItems) {
    const batch = items.slice(at, at + LIMITS.batchGetItems);
    await limit.take(batch.length, signal);
    const held = await reader.get(
      batch.map(({ key }) => key),
      signal,
    );
    let units = 0;
    const joined = batch.map((expected) => {
      const { key } = expected;
      const item = held.get(key);
      units += item === undefined ? 1 : Math.ceil(itemBytes(item) / LIMITS.readUnitBytes);
      return { key, expected, found: item === undefined ? null : foundItem(sides, item) };
    });
    limit.settle(batch.length, units);
    countUnits(sides, units);
    yield joined;
    signal.throwIfAborted();
  }
}

function countUnits({ tally }: Sides, units: number): void {
  tally.readUnits = (tally.readUnits ?? 0) + units;
}

function foundItem({ table, owned, tally }: Sides, item: WireItem): FoundItem {
  const entity = textOf(item, table.entityAttribute);
  const source = textOf(item, table.lineageAttribute);
  const ofEntity = owned.ofEntity(entity);
  tally.items += 1;
  if (source !== null) {
    for (const name of Object.keys(item)) if (!ofEntity.has(name)) tally.extra(name);
  }
  const key = canonicalKey(item, [table.partitionKey, table.sortKey]);
  return { key, value: digestOf(canonicalItem(ownedAttributes(item, ofEntity))), entity, source };
}

function textOf(item: WireItem, attribute: string): string | null {
  const text = item[attribute]?.['S'];
  return typeof text === 'string' ? text : null;
}

import { digestOf } from '../compare/digest.js';
import type { FoundItem, Joined } from '../compare/item-join.js';
import type { ItemSample } from '../compare/item-sample.js';
import { ownedAttributes } from '../compare/owned-attributes.js';
import type { WireItem } from '../item/attribute-value.js';
import { canonicalItem, canonicalKey } from '../item/canonical.js';
import { LIMITS, readUnits } from '../item/limits.js';
import { itemBytes } from '../item/size.js';
import type { ResolvedTable } from '../mapping/resolved-mapping.js';
import type { Meter } from '../pipeline/meter.js';
import type { RateLimit } from '../pipeline/rate.js';
import type { ItemReader } from '../sink/sink.js';
import type { ScanSegment } from './diff-checkpoint.js';
import type { DiffProgress } from './diff-progress.js';
import type { DiffTally } from './diff-tally.js';
import type { OwnedNames } from './owned-names.js';

/** What the table is read with. */
export interface TableReading {
  readonly table: ResolvedTable;
  readonly owned: OwnedNames;
  readonly tally: DiffTally;
  readonly meter: Pick<Meter, 'readUnits'>;
  readonly signal: AbortSignal;
}

/**
 * Reads what is left of the whole table, its segments in parallel; the first that fails ends all of them. Throws `SINK_*`,
 * `STATE_IO`.
 */
export async function findItems(
  reading: TableReading,
  progress: DiffProgress,
  reader: ItemReader,
  limit: RateLimit,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([reading.signal, failed.signal]);
  const segments = progress.segments.length;
  const readSegment = async ({ after, done }: ScanSegment, segment: number) => {
    let units = 1;
    while (!done) {
      await limit.take(units, signal);
      const page = await reader.scan({ segment, segments, consistent: true, after }, signal);
      limit.settle(units, page.consumedUnits ?? units);
      units = page.consumedUnits ?? units;
      progress.takeItems(segment, page.next, () => {
        if (page.consumedUnits !== null) countUnits(reading, page.consumedUnits);
        for (const item of page.items) progress.join.find(foundItem(reading, item));
      });
      signal.throwIfAborted();
      after = page.next;
      done = after === null;
    }
  };
  const segmentsRead = progress.segments.map(readSegment);
  try {
    await Promise.all(segmentsRead);
  } catch (error) {
    failed.abort(error);
    throw error;
  } finally {
    await Promise.allSettled(segmentsRead); // nothing is read any more when the files are let go
  }
}

/** Reads what the table holds under the keys of the sample, and of no others, a batch at a time. Throws `SINK_*`. */
export async function* findSample(
  reading: TableReading,
  sample: ItemSample,
  reader: ItemReader,
  limit: RateLimit,
): AsyncGenerator<readonly Joined[], void, undefined> {
  const { signal } = reading;
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
      units += readUnits(item === undefined ? 0 : itemBytes(item));
      return { key, expected, found: item === undefined ? null : foundItem(reading, item) };
    });
    limit.settle(batch.length, units);
    countUnits(reading, units);
    yield joined;
    signal.throwIfAborted();
  }
}

function countUnits({ tally, meter }: TableReading, units: number): void {
  meter.readUnits += units;
  tally.readUnits = (tally.readUnits ?? 0) + units;
}

function foundItem({ table, owned, tally }: TableReading, item: WireItem): FoundItem {
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

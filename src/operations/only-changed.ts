import { changesOf, compareOwned } from '../compare/owned-attributes.js';
import type { WireItem } from '../item/attribute-value.js';
import type { Item } from '../item/item.js';
import { readUnits } from '../item/limits.js';
import { itemBytes } from '../item/size.js';
import { sinkError } from '../sink/errors.js';
import type { ExistingPolicy, ItemReader, ItemWriter, Sink, WriteOutcome } from '../sink/sink.js';
import type { OwnedNames } from './owned-names.js';

/** What a run does with items that are there: what a sink can be told, or look first and write what differs. */
export type ExistingChoice = ExistingPolicy | 'only-changed';

/** The writer of a run. Throws `SINK_REFUSED` where the sink cannot be read, and is to be. */
export async function openItemWriter(
  sink: Sink,
  choice: ExistingChoice,
  owned: OwnedNames,
): Promise<ItemWriter> {
  if (choice !== 'only-changed') return sink.openWriter(choice);
  const reader = await sink.openReader();
  if (reader === null) throw sinkError('SINK_REFUSED', `${sink.label} cannot be read`);
  const writer = await sink.openWriter('insert-only');
  return {
    limits: writer.limits,
    write: (batch, signal) => writeChanged(batch, { reader, writer, owned }, signal),
    async [Symbol.asyncDispose]() {
      await writer[Symbol.asyncDispose]();
      await reader[Symbol.asyncDispose]();
    },
  };
}

interface Parts {
  readonly reader: ItemReader;
  readonly writer: ItemWriter;
  readonly owned: OwnedNames;
}

/**
 * Reads the batch's keys first. What is equal is skipped, what is missing put where its key still is free, and what
 * differs changed in the attributes that the mapping owns, on condition that they still are what was read; what
 * somebody changed in between is unprocessed, and looked at again.
 */
async function writeChanged(
  batch: readonly Item[],
  { reader, writer, owned }: Parts,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const held = await reader.get(
    batch.map(({ key }) => key),
    signal,
  );
  const unchanged: Item[] = [];
  /** What is sent, with the item that it was made of. */
  const sent = new Map<Item, Item>();
  let units = 0;
  for (const item of batch) {
    const found = held.get(item.key);
    units += readUnits(found === undefined ? 0 : itemBytes(found));
    if (found === undefined) sent.set(item, item);
    else {
      const wanted = JSON.parse(item.json) as WireItem;
      const names = owned.ofCopy(item.entity, item.copy);
      if (compareOwned(wanted, found, names).length === 0) unchanged.push(item);
      else sent.set({ ...item, change: { changes: changesOf(wanted, found, names), guards: [] } }, item);
    }
  }
  const nothing = {
    written: 0,
    unprocessed: [],
    rejects: [],
    consumedUnits: null,
    throttle: null,
    trouble: null,
  };
  if (sent.size === 0) return { ...nothing, skipped: unchanged, readUnits: units };
  const outcome = await writer.write([...sent.keys()], signal);
  const raced = outcome.skipped;
  return {
    ...outcome,
    skipped: unchanged,
    unprocessed: [...outcome.unprocessed, ...raced].map((item) => sent.get(item) ?? item),
    trouble: outcome.trouble ?? (raced.length === 0 ? null : `${raced.length} items were changed meanwhile`),
    readUnits: units,
  };
}

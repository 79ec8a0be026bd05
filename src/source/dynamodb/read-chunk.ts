import type { WireItem } from '../../item/attribute-value.js';
import { sourceError } from '../errors.js';
import type { ItemAnswer, ItemDecoder, ItemScanner } from '../item-decoder.js';
import { rowBytes } from '../merge-children.js';
import type { EntityQuery } from '../row-query.js';
import type { Chunk, ReadOptions, RowPage, RowTree } from '../source.js';
import type { Parents } from './parents.js';
import { itemRangeOf } from './plan-chunks.js';
import { wholeItems } from './whole-items.js';

export interface ItemReading {
  readonly scanner: ItemScanner;
  readonly decoder: Pick<ItemDecoder, 'partsOf'>;
  readonly parents: Parents;
  readonly consistent: boolean;
}

/** The rows whose primary copies lie in a chunk, a page of the Scan at a time. */
export async function* readChunk(
  query: EntityQuery,
  answer: ItemAnswer,
  chunk: Chunk,
  reading: ItemReading,
  { signal }: ReadOptions,
): AsyncGenerator<RowPage, void, undefined> {
  const range = itemRangeOf(chunk);
  if (range.kind === 'keys') {
    const items = await itemsOf(query, answer, range.keys, reading.scanner, signal);
    yield* page(answer, items, reading, signal);
    return;
  }
  const { segment, segments } = range.kind === 'segment' ? range : { segment: 0, segments: 1 };
  let left = range.kind === 'first' ? range.rows : Number.POSITIVE_INFINITY;
  let after: WireItem | null = null;
  do {
    signal.throwIfAborted();
    const position = { segment, segments, consistent: reading.consistent, after };
    const { items, next } = await reading.scanner.scan(position, signal);
    for await (const { rows, bytes } of page(answer, items, reading, signal)) {
      yield { rows: rows.slice(0, left), bytes };
      left -= rows.length;
    }
    after = next;
  } while (after !== null && left > 0);
}

async function* page(
  answer: ItemAnswer,
  items: readonly WireItem[],
  { scanner, decoder, parents }: ItemReading,
  signal: AbortSignal,
): AsyncGenerator<RowPage & { readonly rows: readonly RowTree[] }, void, undefined> {
  const claimed = items.filter((item) => answer.claims(item));
  const whole = await wholeItems(claimed, decoder, scanner, signal);
  const found = whole.map((item) => answer.rowOf(item)).filter((row) => row !== null);
  if (found.length === 0) return;
  const there = await parents.get(
    found.flatMap((row) => row.parents),
    signal,
  );
  const rows = found.map((row) => row.finish(there));
  yield { rows, bytes: rows.reduce((sum, row) => sum + treeBytes(row), 0) };
}

/** Items of rows that are named; those that are not there are left out. */
async function itemsOf(
  query: EntityQuery,
  answer: ItemAnswer,
  identities: readonly (readonly string[])[],
  scanner: ItemScanner,
  signal: AbortSignal,
): Promise<readonly WireItem[]> {
  const keys = identities.map((identity) => {
    const key = answer.keyOf(identity);
    if (key !== null) return key;
    throw sourceError(
      'SOURCE_KEY',
      `${query.entity}: (${identity.join(', ')}) does not tell where its item lies`,
      {
        hint: 'Its key holds more than what identifies the row, or that is no such value: read all of them.',
      },
    );
  });
  return [...(await scanner.get(keys, signal)).values()];
}

function treeBytes({ row, children }: RowTree): number {
  return children.flat().reduce((sum, child) => sum + treeBytes(child), rowBytes(row));
}

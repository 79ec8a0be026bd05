import pLimit from 'p-limit';
import { itemPages } from './item-pages.js';
import { type PlainItem, SHAPE_OF } from './shape.js';
import type { Task } from './task.js';

/** One request of at most 25 puts; answers those that came back unprocessed. */
export type PutBatch = (items: readonly PlainItem[]) => Promise<readonly PlainItem[]>;

export const BATCH = 25;
export const CREDENTIALS = { accessKeyId: 'bench', secretAccessKey: 'bench' };

/** The loop around each way of putting: pages, `p-limit(16)`, and once more what is left. Answers how many were written. */
export async function putPages({ sourceUrl, shape }: Task, putBatch: PutBatch): Promise<number> {
  const limit = pLimit(16);
  let written = 0;
  const put = async (items: readonly PlainItem[]): Promise<void> => {
    for (let some = items; some.length > 0; ) {
      const left = await putBatch(some);
      written += some.length - left.length;
      some = left;
    }
  };
  for await (const items of itemPages(sourceUrl, SHAPE_OF[shape])) {
    const batches: Promise<void>[] = [];
    for (let at = 0; at < items.length; at += BATCH)
      batches.push(limit(() => put(items.slice(at, at + BATCH))));
    await Promise.all(batches);
  }
  return written;
}

/** The items of `sent` whose keys are among `left`, for libraries that answer keys. */
export function stillLeft(
  sent: readonly PlainItem[],
  left: readonly { readonly pk?: unknown; readonly sk?: unknown }[],
): readonly PlainItem[] {
  if (left.length === 0) return [];
  const keys = new Set(left.map(({ pk, sk }) => JSON.stringify([pk, sk])));
  return sent.filter(({ pk, sk }) => keys.has(JSON.stringify([pk, sk])));
}

import { expect, it } from 'vitest';
import { readOnce } from '../../../src/pipeline/read-once.js';
import type { RowTree, Snapshot } from '../../../src/source/source.js';

const tree = (id: number): RowTree => ({ row: [String(id)], children: [], overflow: false });

it('hands over each row once, though a chunk is lost in the middle and comes in other pages afterwards', async () => {
  const attempts = [
    { pages: [[1, 2], [3]], lost: true },
    { pages: [[1], [2]], lost: true },
    { pages: [[1, 2], [3, 4, 5], [6]], lost: false },
  ];
  const lost = new Error('lost');
  const snapshotOf = ({ pages, lost: ends }: (typeof attempts)[number]) =>
    ({
      async *readChunk() {
        for (const ids of pages) yield { rows: ids.map(tree), bytes: 0 };
        if (ends) throw lost;
      },
    }) as unknown as Snapshot;
  const keeper = {
    async run<Result>(_: string | null, work: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
      for (;;) {
        const attempt = attempts.shift();
        if (attempt === undefined) throw new Error('asked once more');
        try {
          return await work(snapshotOf(attempt));
        } catch (error) {
          if (error !== lost) throw error;
        }
      }
    },
  };
  const taken: string[][] = [];
  const chunk = { entity: 'Order', id: 'Order/0', range: {} };
  const options = { pageBytes: 1, signal: new AbortController().signal };
  await readOnce(keeper, undefined as never, chunk, options, (rows) => {
    taken.push(Array.from(rows, ({ row }) => String(row[0])));
  });
  expect(taken).toEqual([['1', '2'], ['3'], ['4', '5'], ['6']]);
});

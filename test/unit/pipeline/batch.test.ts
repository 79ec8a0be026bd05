import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ChunkAccount } from '../../../src/pipeline/account.js';
import { BatchQueue } from '../../../src/pipeline/batch.js';
import { pendingOf as makePending, type Pending } from '../../../src/pipeline/pending.js';
import { rejectFuse } from '../../../src/pipeline/reject-fuse.js';
import { itemOf } from '../../support/items.js';

const account = new ChunkAccount(
  () => undefined,
  rejectFuse(undefined, 0, () => undefined),
);
const pendingOf = (key: string, text = ''): Pending => makePending(itemOf(key, 'A', text), account);
const keysOf = (batch: readonly Pending[]) => batch.map(({ item }) => JSON.parse(item.key).pk.S);

describe('the queue of batches', () => {
  it('lets go of what was taken, long before it tidies its array', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const queue = new BatchQueue({ batchItems: 25, batchBytes: 1_000_000 });
    const taken = Array.from({ length: 20 }, (_, number) => {
      const pending = pendingOf(`K${number}`);
      queue.push(pending);
      return new WeakRef(pending);
    });
    const waiting = pendingOf('waits');
    queue.push(waiting);
    queue.fill(
      Array.from({ length: 5 }, (_, number) => pendingOf(`under way ${number}`)),
      0,
    );
    await new Promise((resolve) => setImmediate(resolve)); // a WeakRef holds until the end of its turn
    collect();
    expect(taken.filter((one) => one.deref() !== undefined)).toEqual([]);
    expect(queue.size).toBe(1);
  });

  it('defers a key that is under way, in order, until it is released', () => {
    const queue = new BatchQueue({ batchItems: 3, batchBytes: 1_000_000 });
    for (const key of ['a', 'a', 'b', 'a', 'c', 'd']) queue.push(pendingOf(key));
    const first: Pending[] = [];
    queue.fill(first, 0);
    expect(keysOf(first)).toEqual(['a', 'b', 'c']);
    queue.release(pendingOf('a'));
    const second: Pending[] = [];
    queue.fill(second, 0);
    expect(keysOf(second)).toEqual(['a', 'd']);
  });

  it('sends what was deferred before what came later for the same key and was not looked at yet', () => {
    const queue = new BatchQueue({ batchItems: 2, batchBytes: 1_000_000 });
    const [first, second, third] = ['1', '2', '3'].map((text) => pendingOf('a', text)) as [
      Pending,
      Pending,
      Pending,
    ];
    for (const pending of [first, second, pendingOf('b'), third]) queue.push(pending);
    const batches = [0, 0, 0].map(() => {
      const batch: Pending[] = [];
      queue.fill(batch, 0);
      queue.release(first);
      return batch;
    });
    const sent = batches.flat().filter(({ item }) => item.key === first.item.key);
    expect(sent).toEqual([first, second, third]);
  });

  it('takes an item over the limit of bytes alone', () => {
    const queue = new BatchQueue({ batchItems: 25, batchBytes: 3_000 });
    for (const key of ['a', 'b', 'c']) queue.push(pendingOf(key, 'x'.repeat(key === 'b' ? 5_000 : 10)));
    const sizes = [0, 0, 0].map(() => {
      const batch: Pending[] = [];
      queue.fill(batch, 0);
      return batch.length;
    });
    expect(sizes).toEqual([1, 1, 1]);
  });
});

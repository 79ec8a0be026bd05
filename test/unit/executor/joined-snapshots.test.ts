import { expect, it } from 'vitest';
import { JoinedSnapshots } from '../../../src/executor/joined-snapshots.js';
import type { Snapshot } from '../../../src/source/source.js';

function joining(fails = 0) {
  const said: string[] = [];
  let left = fails;
  const snapshots = new JoinedSnapshots(async ({ id }) => {
    if (left > 0) {
      left -= 1;
      throw new Error('refused');
    }
    said.push(`join ${id}`);
    return { [Symbol.asyncDispose]: async () => void said.push(`close ${id}`) } as unknown as Snapshot;
  });
  return { said, snapshots };
}

it('a thread joins a snapshot once, and closes it when a chunk of the next one comes', async () => {
  const { said, snapshots } = joining();
  const [first, again] = await Promise.all([snapshots.of({ id: 'a' }), snapshots.of({ id: 'a' })]);
  expect(first).toBe(again);
  await snapshots.of({ id: 'b' });
  await snapshots[Symbol.asyncDispose]();
  expect(said).toEqual(['join a', 'close a', 'join b', 'close b']);
});

it('a snapshot that could not be joined is tried again by the next chunk', async () => {
  const { said, snapshots } = joining(1);
  await expect(snapshots.of({ id: 'a' })).rejects.toThrow('refused');
  await snapshots.of({ id: 'a' });
  expect(said).toEqual(['join a']);
});

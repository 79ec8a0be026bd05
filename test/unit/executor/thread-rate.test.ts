import { describe, expect, it } from 'vitest';
import type { FromThread } from '../../../src/executor/thread-messages.js';
import { SharedRate, threadRate } from '../../../src/executor/thread-rate.js';

const never = new AbortController().signal;

describe('the rate of a thread', () => {
  it('is that of the run, through shared memory', () => {
    const shared = new SharedRate();
    const mine = threadRate('write', new SharedRate(shared.buffer), () => undefined);
    expect(mine.rate).toBe(Number.POSITIVE_INFINITY);
    shared.set({ rate: 1234.9, pauses: 3 });
    expect(mine).toMatchObject({ rate: 1234, pauses: 3 });
    shared.set({ rate: 0.2, pauses: 4 });
    expect(mine.rate).toBe(1);
  });

  it('asks nobody while nothing bounds it', async () => {
    const said: FromThread[] = [];
    await threadRate('write', new SharedRate(), (message) => said.push(message)).take(25, never);
    expect(said).toEqual([]);
  });

  it('asks while it is paused, though nothing bounds it', async () => {
    const said: FromThread[] = [];
    const shared = new SharedRate();
    shared.set({ rate: Number.POSITIVE_INFINITY, pauses: 1 });
    const rate = threadRate('write', shared, (message) => said.push(message));
    const taken = rate.take(25, never);
    expect(said).toEqual([{ kind: 'take', limit: 'write', ticket: 1, units: 25 }]);
    rate.granted(1);
    await taken;
  });

  it('waits for what it asked for, whatever order it is granted in', async () => {
    const said: FromThread[] = [];
    const shared = new SharedRate();
    shared.set({ rate: 100, pauses: 0 });
    const rate = threadRate('write', shared, (message) => said.push(message));
    const order: string[] = [];
    const first = rate.take(25, never).then(() => order.push('first'));
    const second = rate.take(5, never).then(() => order.push('second'));
    expect(said).toEqual([
      { kind: 'take', limit: 'write', ticket: 1, units: 25 },
      { kind: 'take', limit: 'write', ticket: 2, units: 5 },
    ]);
    rate.granted(2);
    await second;
    rate.granted(1);
    await first;
    expect(order).toEqual(['second', 'first']);
  });

  it('ends its waiting with the run', async () => {
    const shared = new SharedRate();
    shared.set({ rate: 1, pauses: 0 });
    const end = new AbortController();
    const waiting = threadRate('write', shared, () => undefined).take(1, end.signal);
    end.abort(new Error('over'));
    await expect(waiting).rejects.toThrow('over');
  });
});

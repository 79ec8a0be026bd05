import { describe, expect, it } from 'vitest';
import { runInProcess } from '../../../src/executor/in-process.js';

const tick = () => new Promise((resolve) => setImmediate(resolve));

async function* numbers(count: number, asked: number[] = []) {
  for (let number = 0; number < count; number += 1) {
    asked.push(number);
    yield number;
  }
}

describe('the in-process executor', () => {
  it('runs every piece with no more under way than allowed', async () => {
    const seen: number[] = [];
    let running = 0;
    let peak = 0;
    await runInProcess(numbers(20), 3, async (number) => {
      running += 1;
      peak = Math.max(peak, running);
      await tick();
      running -= 1;
      seen.push(number);
    });
    expect(seen).toHaveLength(20);
    expect(peak).toBe(3);
  });

  it('asks for work only when there is a place for it', async () => {
    const asked: number[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const done = runInProcess(numbers(20, asked), 2, () => gate);
    for (let round = 0; round < 5; round += 1) await tick();
    expect(asked).toEqual([0, 1]);
    release();
    await done;
    expect(asked).toHaveLength(20);
  });

  it('stops asking at the first failure, waits for what is under way and throws it', async () => {
    const ended: number[] = [];
    const asked: number[] = [];
    const run = runInProcess(numbers(20, asked), 2, async (number) => {
      if (number === 1) throw new Error('one');
      await tick();
      await tick();
      ended.push(number);
    });
    await expect(run).rejects.toThrow('one');
    expect(ended).toContain(0);
    expect(asked.length).toBeLessThan(5);
  });

  it('throws what the source of work throws', async () => {
    async function* broken() {
      yield 1;
      throw new Error('no more chunks');
    }
    await expect(runInProcess(broken(), 2, tick)).rejects.toThrow('no more chunks');
  });
});

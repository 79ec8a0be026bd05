import { describe, expect, it } from 'vitest';
import { farApart } from '../../../src/pipeline/far-apart.js';

async function* numbers(count: number, asked: { most: number }): AsyncGenerator<number> {
  for (let number = 0; number < count; number += 1) {
    asked.most = number;
    yield number;
  }
}

describe('work that is handed out', () => {
  it('keeps its order, and is asked for one by one, while nothing is hot', async () => {
    const asked = { most: -1 };
    const taken: number[] = [];
    for await (const number of farApart(numbers(100, asked), () => false)) {
      taken.push(number);
      expect(asked.most).toBe(number);
    }
    expect(taken).toEqual(Array.from({ length: 100 }, (_, number) => number));
  });

  it('comes from all over the window once a key is hot, each piece once', async () => {
    const asked = { most: -1 };
    const taken: number[] = [];
    for await (const number of farApart(numbers(2_000, asked), () => taken.length >= 5, 256)) {
      taken.push(number);
      expect(asked.most - taken.length).toBeLessThan(256);
    }
    expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2_000 }, (_, number) => number));
    const late = taken.slice(500, 1_500);
    const steps = late.slice(1).map((number, at) => Math.abs(number - (late[at] ?? 0)));
    expect(steps.reduce((sum, step) => sum + step, 0) / steps.length).toBeGreaterThan(50);
  });
});

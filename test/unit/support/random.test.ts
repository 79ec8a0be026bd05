import { expect, it } from 'vitest';
import { randomFrom, shuffled } from '../../../src/support/random.js';

it('a seed decides the numbers, which are spread from 0 to below 1', () => {
  const draw = (seed: number) => {
    const random = randomFrom(seed);
    return Array.from({ length: 10_000 }, () => random());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  const tenths = new Array<number>(10).fill(0);
  for (const number of draw(7)) tenths[Math.floor(number * 10)] = (tenths[Math.floor(number * 10)] ?? 0) + 1;
  expect(tenths).toHaveLength(10);
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(120);
});

it('a shuffled list is a copy in any order, each as often as each other', () => {
  const random = randomFrom(1);
  const list = Object.freeze(['a', 'b', 'c']);
  const orders = new Map<string, number>();
  for (let round = 0; round < 6_000; round += 1) {
    const order = shuffled(list, random).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  expect([...orders.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  for (const count of orders.values()) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  expect(shuffled([], random)).toEqual([]);
});

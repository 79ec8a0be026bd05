import { expect, it } from 'vitest';
import { parseCapacityGoal, sayGoal } from '../../../../src/table/capacity/capacity-goal.js';

it.each(['as-is', 'on-demand', 'warm:20000', 'provisioned:20000', 'provisioned:20000/500'])(
  '%s is read, and said as it was written',
  (text) => {
    expect(sayGoal(parseCapacityGoal(` ${text} `))).toBe(text);
  },
);

it.each([
  '',
  'fast',
  'warm',
  'warm:',
  'warm:0',
  'warm:5/5',
  'provisioned:-1',
  'provisioned:1/0',
  'provisioned:1k',
])('"%s" is refused with what there is', (text) => {
  expect(() => parseCapacityGoal(text)).toThrow(
    expect.objectContaining({
      code: 'TABLE_CAPACITY',
      hint: expect.stringContaining('provisioned:20000'),
    }),
  );
});

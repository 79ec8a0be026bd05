import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DueHeap } from '../../../src/pipeline/due-heap.js';

it('what is put aside comes back when it is due, the earliest first, each once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 60 }), fc.nat(50), (dues, now) => {
      const heap = new DueHeap<{ readonly due: number }>();
      for (const due of dues) heap.add({ due }, due);
      expect(heap.nextDue).toBe(Math.min(...dues));
      const taken: number[] = [];
      for (let next = heap.take(now); next !== undefined; next = heap.take(now)) taken.push(next.due);
      expect(taken).toEqual(dues.filter((due) => due <= now).sort((a, b) => a - b));
      expect(heap.size).toBe(dues.length - taken.length);
    }),
  );
});

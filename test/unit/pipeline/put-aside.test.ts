import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ChunkAccount } from '../../../src/pipeline/account.js';
import type { Pending } from '../../../src/pipeline/pending.js';
import { PutAside } from '../../../src/pipeline/put-aside.js';
import { rejectFuse } from '../../../src/pipeline/reject-fuse.js';
import { itemOf } from '../../support/items.js';

const account = new ChunkAccount(
  () => undefined,
  rejectFuse(undefined, 0, () => undefined),
);
const pendingOf = (key: string): Pending => ({
  item: itemOf(key, 'A'),
  account,
  attempts: 0,
  underWay: true,
});

it('what is put aside comes back when it is due, the earliest first, each once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 60 }), fc.nat(50), (dues, now) => {
      const aside = new PutAside();
      const pendings = dues.map((due, at) => ({ due, pending: pendingOf(`K${at}`) }));
      for (const { pending, due } of pendings) aside.add(pending, due);
      expect(aside.nextDue).toBe(Math.min(...dues));
      const taken: number[] = [];
      for (let next = aside.take(now); next !== undefined; next = aside.take(now)) {
        taken.push(pendings.find(({ pending }) => pending === next)?.due ?? -1);
      }
      expect(taken).toEqual(dues.filter((due) => due <= now).sort((a, b) => a - b));
      expect(aside.size).toBe(dues.length - taken.length);
    }),
  );
});

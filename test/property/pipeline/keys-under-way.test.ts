import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeysUnderWay } from '../../../src/pipeline/keys-under-way.js';
import { textHash } from '../../../src/support/text-hash.js';

const change = fc.record({
  adds: fc.boolean(),
  key: fc.constantFrom('', 'a', 'b', 'ü', 'ab', 'ba', ...many()),
});

/** Enough for keys to stand in each other's slots, around the end of the table too. */
function many(): string[] {
  return Array.from({ length: 40 }, (_, n) => `"pk":{"S":"ORDER#${n}"}`);
}

test('holds what a Set holds, whatever comes and goes, in a table that is full and grows', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 400 }), (changes) => {
      const keys = new KeysUnderWay(8);
      const model = new Set<string>();
      for (const { adds, key } of changes) {
        if (adds) expect(keys.add(key, textHash(key))).toBe(!model.has(key));
        else keys.delete(key, textHash(key));
        if (adds) model.add(key);
        else model.delete(key);
        expect(keys.size).toBe(model.size);
      }
      for (const key of ['', 'a', 'b', 'ü', 'ab', 'ba', ...many()])
        expect(keys.add(key, textHash(key))).toBe(!model.has(key));
    }),
    { numRuns: 500 },
  );
});

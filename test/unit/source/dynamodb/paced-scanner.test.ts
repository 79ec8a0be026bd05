import { expect, test } from 'vitest';
import type { WireItem } from '../../../../src/item/attribute-value.js';
import { pacedScanner } from '../../../../src/source/dynamodb/paced-scanner.js';

const signal = new AbortController().signal;

test('lookups wait a hundred keys at a time, and take what their items are billed for', async () => {
  const said: string[] = [];
  const batches: number[] = [];
  const kilobytes = (size: number): WireItem => ({ id: { S: 'x'.repeat(size * 1024) } });
  const scanner = pacedScanner(
    {
      scan: () => Promise.reject(new Error('nobody scans')),
      async get(keys) {
        batches.push(keys.length);
        return new Map(keys.flatMap((key) => (key === 'gone' ? [] : [[key, kilobytes(Number(key) % 10)]])));
      },
    },
    {
      take: async (units) => void said.push(`take ${units}`),
      settle: (expected, consumed) => void said.push(`settle ${expected} ${consumed}`),
    },
  );
  expect((await scanner.get([], signal)).size).toBe(0);
  // One that is not there, and of 1, 3, 4 (with its name above 4 KB) and 9 KB.
  expect([...(await scanner.get(['gone', '1', '3', '4', '9'], signal)).keys()]).toEqual(['1', '3', '4', '9']);
  const many = Array.from({ length: 150 }, (_, n) => String(n * 10));
  expect((await scanner.get(many, signal)).size).toBe(150);
  expect(batches).toEqual([5, 100, 50]);
  expect(said).toEqual(['take 5', 'settle 5 8', 'take 100', 'settle 100 100', 'take 50', 'settle 50 50']);
});

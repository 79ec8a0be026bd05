import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EncodedRows } from '../../../src/source/encoded-rows.js';
import { cellReader } from '../../../src/source/mysql/cell-readers.js';
import { textRowReader } from '../../../src/source/mysql/text-row.js';
import type { Cell } from '../../../src/source/source.js';

const readText = cellReader({ type: { kind: 'text', maxLength: null, padded: false }, nativeType: 'text' });
const readBytes = cellReader({ type: { kind: 'bytes', maxLength: null }, nativeType: 'blob' });

const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.constantFrom(null, ''),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }), // every code point: two to four bytes
  // On both sides of each size that a length is written in, and of what is read as one text.
  fc.constantFrom(250, 251, 5_000, 65_535, 65_536).map((length) => 'x'.repeat(length)),
  fc.constantFrom(Buffer.from('61ff', 'hex'), Buffer.from('c3', 'hex')), // no UTF-8
);
const rows = fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { maxLength: 8 });

it('reads each row as it was sent, as often as it is asked, wherever it stands among other bytes', () => {
  fc.assert(
    fc.property(rows, fc.nat({ max: 5 }), fc.array(fc.boolean()), (sent, before, cuts) => {
      const encoded = new EncodedRows(textRowReader(Array(4).fill(readText)));
      for (const { bytes, start, end } of placed(sent.map(encode), before, cuts))
        encoded.add(bytes, start, end);

      expect(encoded.length).toBe(sent.length);
      expect([...encoded]).toEqual(sent);
      expect([...encoded]).toEqual(sent);
      expect(encoded.last).toEqual(sent.at(-1));
      expect(encoded.bytes).toBe(sent.reduce((sum, row) => sum + encode(row).length, 0));
    }),
  );
});

it('reads each column by its reader, and bytes as copies', () => {
  const bytes = encode(['12', 'é', null, 'é']);
  const read = textRowReader([readText, readBytes, readBytes, readText]);
  const row = read(bytes, 0, bytes.length);
  bytes.fill(0);
  expect(row).toEqual(['12', Buffer.from('é'), null, 'é']);
});

it('knows lengths of three bytes and more', () => {
  const long = 'é'.repeat(9_000_000); // 18 MB
  for (const text of [long.slice(0, 100_000), long]) {
    const bytes = encode([text, 'b']);
    const [first, second] = textRowReader([readText, readText])(bytes, 0, bytes.length);
    expect([first === text, second]).toEqual([true, 'b']);
  }
});

function encode(row: readonly Cell[]): Buffer {
  return Buffer.concat(
    row.flatMap((one) => (one === null ? [Buffer.from([0xfb])] : coded(Buffer.from(one)))),
  );
}

function coded(bytes: Buffer): Buffer[] {
  const { length } = bytes;
  if (length < 0xfb) return [Buffer.from([length]), bytes];
  const head = Buffer.alloc(9);
  head.writeBigUInt64LE(BigInt(length), 1);
  const [code, size] = length < 2 ** 16 ? [0xfc, 2] : length < 2 ** 24 ? [0xfd, 3] : [0xfe, 8];
  head[0] = code;
  return [head.subarray(0, 1 + size), bytes];
}

/** Rows in as many buffers as `cuts` ask for, with other bytes before each. */
function placed(encoded: readonly Buffer[], before: number, cuts: readonly boolean[]) {
  const filler = Buffer.alloc(before, 0xfe);
  const groups: Buffer[][] = [];
  for (const [at, row] of encoded.entries()) {
    const group = groups.at(-1);
    if (group === undefined || cuts[at] === true) groups.push([row]);
    else group.push(row);
  }
  return groups.flatMap((group) => {
    const bytes = Buffer.concat(group.flatMap((row) => [filler, row]));
    let end = 0;
    return group.map((row) => {
      const start = end + before;
      end = start + row.length;
      return { bytes, start, end };
    });
  });
}

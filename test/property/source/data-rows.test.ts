import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EncodedRows } from '../../../src/source/encoded-rows.js';
import { DataRows } from '../../../src/source/postgres/data-rows.js';
import { readDataRow } from '../../../src/source/postgres/read-data-row.js';
import type { Row } from '../../../src/source/source.js';

const DATA_ROW = 'D';

type Message =
  | { readonly row: readonly (string | null)[] }
  | { readonly code: string; readonly body: Buffer };

const cell = fc.oneof(
  fc.constant(null),
  fc.constant(''),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }), // every code point: two to four bytes
  fc.constantFrom('x'.repeat(200), 'é'.repeat(3_000), 'y'.repeat(9_000)),
);
const message: fc.Arbitrary<Message> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ row: fc.array(cell, { maxLength: 6 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      code: fc.constantFrom('C', 's', 'E', 'N'),
      body: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    }),
  },
);

it('takes the rows out of what arrives and leaves all else, in order, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 12 }),
      fc.array(fc.nat({ max: 5_000 }), { maxLength: 30 }),
      (messages, lengths) => {
        const heard: (Row | string)[] = [];
        const arriving = new DataRows();
        let rest = '';
        const endRest = () => {
          if (rest !== '') heard.push(rest);
          rest = '';
        };
        arriving.rest.on('data', (bytes: Buffer) => {
          rest += bytes.toString('hex');
        });
        const rows = new EncodedRows(readDataRow);
        const mine: number[] = [];
        arriving.give((bytes, start, end) => {
          endRest();
          rows.add(bytes, start, end);
          mine.push(heard.push('') - 1);
        });

        for (const piece of cut(Buffer.concat(messages.map(bytesOf)), lengths)) arriving.arrived(piece);
        endRest();

        expect(rows.length).toBe(mine.length);
        for (const [at, row] of [...rows].entries()) heard[mine[at] as number] = row;
        expect(rows.bytes).toBe(
          messages.reduce((sum, message) => sum + ('row' in message ? bytesOf(message).length - 5 : 0), 0),
        );
        expect([...rows]).toEqual([...rows]); // as often as it is asked
        expect(heard).toEqual(expected(messages));
      },
    ),
  );
});

it('leaves rows alone from the message on that ends the taking', () => {
  const arriving = new DataRows();
  const taken = new EncodedRows(readDataRow);
  const left: Buffer[] = [];
  arriving.rest.on('data', (bytes: Buffer) => {
    left.push(bytes);
    if (bytes.includes('Z')) arriving.give(null);
  });
  arriving.give((bytes, start, end) => taken.add(bytes, start, end));
  const mine = bytesOf({ row: ['1'] });
  const end = bytesOf({ code: 'Z', body: Buffer.from('I') });
  const others = bytesOf({ row: ['2', null] });

  arriving.arrived(Buffer.concat([mine, end, others]));

  expect([...taken]).toEqual([['1']]);
  expect(Buffer.concat(left)).toEqual(Buffer.concat([end, others]));
});

function bytesOf(message: Message): Buffer {
  const [code, body] = 'row' in message ? [DATA_ROW, rowBody(message.row)] : [message.code, message.body];
  const head = Buffer.alloc(5);
  head.write(code, 'latin1');
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

function rowBody(row: readonly (string | null)[]): Buffer {
  const parts = [Buffer.from([row.length >> 8, row.length & 0xff])];
  for (const text of row) {
    const length = Buffer.alloc(4);
    length.writeInt32BE(text === null ? -1 : Buffer.byteLength(text));
    parts.push(length, Buffer.from(text ?? ''));
  }
  return Buffer.concat(parts);
}

/** Rows as they are; what stands between them as one text. */
function expected(messages: readonly Message[]): (Row | string)[] {
  const told: (Row | string)[] = [];
  for (const message of messages) {
    if ('row' in message) {
      told.push(message.row);
      continue;
    }
    const last = told.at(-1);
    const hex = bytesOf(message).toString('hex');
    if (typeof last === 'string') told[told.length - 1] = last + hex;
    else told.push(hex);
  }
  return told;
}

function* cut(bytes: Buffer, lengths: readonly number[]): Generator<Buffer> {
  let at = 0;
  for (const length of lengths) {
    if (at >= bytes.length) return;
    yield bytes.subarray(at, at + length);
    at += length;
  }
  yield bytes.subarray(at);
}

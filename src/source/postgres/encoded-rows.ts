import type { Cell, Row, Sequence } from '../source.js';

const NULL_LENGTH = 0xffff_ffff;
/** Up to so many bytes a row is one text that its cells are parts of: more would be kept alive by a short cell. */
const LONGEST_TEXT = 4096;

/**
 * Rows as the bytes in which they came; each is read when it is asked for. A row that waits is then two numbers beside
 * bytes that V8 does not move: the texts of its cells would outlive the young generation, which is where most of the
 * CPU of garbage collection went (docs/performance.md).
 */
export class EncodedRows implements Sequence<Row> {
  readonly #buffers: Buffer[] = [];
  /** The first row of each buffer. */
  readonly #firsts: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #bytes = 0;

  get length(): number {
    return this.#starts.length;
  }

  /** Of the messages that brought them, without what comes before a row in each. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The body of a DataRow message: `bytes` from `start` to `end`. */
  add(bytes: Buffer, start: number, end: number): void {
    if (this.#buffers.at(-1) !== bytes) {
      this.#buffers.push(bytes);
      this.#firsts.push(this.#starts.length);
    }
    this.#starts.push(start);
    this.#ends.push(end);
    this.#bytes += end - start;
  }

  [Symbol.iterator](): Iterator<Row> {
    return new EncodedRowsIterator(this.#buffers, this.#firsts, this.#starts, this.#ends);
  }
}

/** A generator would cost more than to read a row of few cells. */
class EncodedRowsIterator implements Iterator<Row> {
  readonly #buffers: readonly Buffer[];
  readonly #firsts: readonly number[];
  readonly #starts: readonly number[];
  readonly #ends: readonly number[];
  #row = 0;
  #buffer = 0;

  constructor(
    buffers: readonly Buffer[],
    firsts: readonly number[],
    starts: readonly number[],
    ends: readonly number[],
  ) {
    this.#buffers = buffers;
    this.#firsts = firsts;
    this.#starts = starts;
    this.#ends = ends;
  }

  next(): IteratorResult<Row> {
    const row = this.#row;
    const start = this.#starts[row];
    if (start === undefined) return { done: true, value: undefined };
    if (row === this.#firsts[this.#buffer + 1]) this.#buffer += 1;
    this.#row += 1;
    // There is an end for each start, and a buffer for each row.
    const value = readRow(this.#buffers[this.#buffer] as Buffer, start, this.#ends[row] as number);
    return { done: false, value };
  }
}

/** The cells of a row: a number of them, then each as its length and its text; all is UTF-8 as the session asks. */
function readRow(bytes: Buffer, start: number, end: number): Row {
  const cells = new Array<Cell>(bytes.readUInt16BE(start));
  const text = end - start <= LONGEST_TEXT ? bytes.toString('latin1', start, end) : null;
  let at = start + 2;
  for (let cell = 0; cell < cells.length; cell += 1) {
    const length = bytes.readUInt32BE(at);
    at += 4;
    if (length === NULL_LENGTH) {
      cells[cell] = null;
      continue;
    }
    const next = at + length;
    cells[cell] =
      text !== null && isAscii(bytes, at, next)
        ? text.slice(at - start, next - start)
        : bytes.toString('utf8', at, next);
    at = next;
  }
  return cells;
}

function isAscii(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if ((bytes[at] as number) > 0x7f) return false;
  return true;
}

import type { Row, Sequence } from './source.js';

/** Takes the bytes of rows as they arrive: those of `bytes` from `start` to `end`. */
export type TakeRow = (bytes: Buffer, start: number, end: number) => void;

/** Makes cells of the bytes of a row. */
export type ReadRow = (bytes: Buffer, start: number, end: number) => Row;

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
  readonly #read: ReadRow;
  #bytes = 0;

  constructor(read: ReadRow) {
    this.#read = read;
  }

  get length(): number {
    return this.#starts.length;
  }

  /** Of the rows as they came. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The last row, or undefined where there is none. */
  get last(): Row | undefined {
    const [bytes, start, end] = [this.#buffers.at(-1), this.#starts.at(-1), this.#ends.at(-1)];
    return bytes === undefined || start === undefined || end === undefined
      ? undefined
      : this.#read(bytes, start, end);
  }

  /** The row that stands in `bytes` from `start` to `end`, which nobody may write to any more. */
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
    return new EncodedRowsIterator(this.#read, this.#buffers, this.#firsts, this.#starts, this.#ends);
  }
}

/** A generator would cost more than to read a row of few cells. */
class EncodedRowsIterator implements Iterator<Row> {
  readonly #read: ReadRow;
  readonly #buffers: readonly Buffer[];
  readonly #firsts: readonly number[];
  readonly #starts: readonly number[];
  readonly #ends: readonly number[];
  #row = 0;
  #buffer = 0;

  constructor(
    read: ReadRow,
    buffers: readonly Buffer[],
    firsts: readonly number[],
    starts: readonly number[],
    ends: readonly number[],
  ) {
    this.#read = read;
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
    const value = this.#read(this.#buffers[this.#buffer] as Buffer, start, this.#ends[row] as number);
    return { done: false, value };
  }
}

import { isUtf8 } from 'node:buffer';
import type { ReadRow } from '../encoded-rows.js';
import { isAscii, LONGEST_TEXT } from '../row-text.js';
import type { Cell, Row } from '../source.js';
import { type CellReader, plainText, type RawCell } from './cell-readers.js';

// A cell is its length and its text. The first byte is the length, or says in how many bytes it follows, or NULL.
// dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_row.html
const NULL = 0xfb;
const TWO_BYTES = 0xfc;
const THREE_BYTES = 0xfd;

/** Reads rows of the text protocol by a reader for each column; without any, each cell as UTF-8. */
export function textRowReader(readers: readonly CellReader[] | null): ReadRow {
  const cell = new TextCell();
  return (bytes, start, end): Row => {
    const row: Cell[] = readers === null ? [] : new Array<Cell>(readers.length);
    cell.begin(bytes, start, end);
    for (let column = 0; cell.next(); column += 1) {
      row[column] = cell.isNull ? null : (readers?.[column] ?? plainText)(cell);
    }
    return row;
  };
}

/** The cells of a row, one after the other. */
class TextCell implements RawCell {
  isNull = false;
  #bytes: Buffer = Buffer.alloc(0);
  #rowStart = 0;
  #rowEnd = 0;
  /** The whole row, where it is short. */
  #text: string | null = null;
  #start = 0;
  #end = 0;

  begin(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#rowStart = start;
    this.#rowEnd = end;
    this.#text = end - start <= LONGEST_TEXT ? bytes.toString('latin1', start, end) : null;
    this.#end = start;
  }

  /** Goes on to the next cell; false behind the last. */
  next(): boolean {
    const bytes = this.#bytes;
    let at = this.#end;
    if (at >= this.#rowEnd) return false;
    let length = bytes[at] as number;
    at += 1;
    this.isNull = length === NULL;
    if (length >= NULL) {
      if (this.isNull) length = 0;
      else if (length === TWO_BYTES) {
        length = bytes.readUInt16LE(at);
        at += 2;
      } else if (length === THREE_BYTES) {
        length = bytes.readUIntLE(at, 3);
        at += 3;
      } else {
        length = Number(bytes.readBigUInt64LE(at));
        at += 8;
      }
    }
    this.#start = at;
    this.#end = at + length;
    return true;
  }

  latin1(): string {
    const [start, end] = [this.#start, this.#end];
    return this.#text === null
      ? this.#bytes.toString('latin1', start, end)
      : this.#text.slice(start - this.#rowStart, end - this.#rowStart);
  }

  bytes(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  utf8(): string | Buffer {
    if (this.#text !== null && isAscii(this.#bytes, this.#start, this.#end)) return this.latin1();
    const bytes = this.bytes();
    // What is no UTF-8 would become U+FFFD without a word.
    return isUtf8(bytes) ? bytes.toString() : Buffer.from(bytes);
  }
}

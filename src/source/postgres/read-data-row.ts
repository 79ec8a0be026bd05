import { isAscii, LONGEST_TEXT } from '../row-text.js';
import type { Cell, Row } from '../source.js';

const NULL_LENGTH = -1;

/** The body of a DataRow message: a number of cells, then each as its length and its text; all is UTF-8 as the session asks. */
export function readDataRow(bytes: Buffer, start: number, end: number): Row {
  const cells = new Array<Cell>(bytes.readUInt16BE(start));
  const text = end - start <= LONGEST_TEXT ? bytes.toString('latin1', start, end) : null;
  let at = start + 2;
  for (let cell = 0; cell < cells.length; cell += 1) {
    const length = int32(bytes, at);
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

/** Buffer's own method puts a double together, and looks at the bounds that the server's lengths are within. */
function int32(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

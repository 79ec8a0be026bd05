import type { Cell, Row } from '../source.js';

const NULL_LENGTH = 0xffff_ffff;
/** Up to so many bytes a row is one text that its cells are parts of: more would be kept alive by a short cell. */
const LONGEST_TEXT = 4096;

/** The body of a DataRow message: a number of cells, then each as its length and its text; all is UTF-8 as the session asks. */
export function readDataRow(bytes: Buffer, start: number, end: number): Row {
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

import { EventEmitter } from 'node:events';
import type pg from 'pg';
import type { Cell, Row } from '../source.js';

/** Takes rows as they arrive; `bytes` of the message that brought it. */
export type TakeRow = (row: Row, bytes: number) => void;

/** What `pg`'s Connection reads its socket by: it wants `data` and `end` of it. */
interface ListeningConnection {
  attachListeners(stream: NodeJS.ReadableStream): void;
}

// A message is its code in one byte, then its length in four, which counts itself and what follows.
// postgresql.org/docs/current/protocol-message-formats.html
const HEADER = 5;
const DATA_ROW = 0x44;
const NULL_LENGTH = 0xffff_ffff;
/** Up to so many bytes a row is one text that its cells are parts of: more would be kept alive by a short cell. */
const LONGEST_TEXT = 4096;

/**
 * The bytes that a server sends, on their way to `pg`. While somebody takes the rows, they are taken out here and all
 * else goes on: `pg` makes a text from the bytes of each cell by a call of its own, an object and an event for each row,
 * which is twice the CPU of reading (docs/performance.md).
 */
export class DataRows {
  readonly #rest = new EventEmitter();
  #take: TakeRow | null = null;
  /** The beginning of a message: its header, or a row, that has not arrived whole. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #wanted = HEADER;
  /** Bytes to come of a message that is not ours. */
  #passing = 0;

  /** To be called before the client connects. */
  static of(client: pg.Client): DataRows {
    const rows = new DataRows();
    const connection = client.connection as unknown as ListeningConnection;
    const attach = connection.attachListeners.bind(connection);
    connection.attachListeners = (stream) => {
      stream.on('data', (bytes: Buffer) => rows.arrived(bytes));
      stream.on('end', () => rows.#rest.emit('end'));
      attach(rows.#rest as unknown as NodeJS.ReadableStream);
    };
    return rows;
  }

  /** Rows go to `take` from now on; with null, to `pg` again. */
  give(take: TakeRow | null): void {
    this.#take = take;
  }

  /** Hears `data` with the bytes that are left for `pg`. */
  get rest(): EventEmitter {
    return this.#rest;
  }

  arrived(chunk: Buffer): void {
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes < this.#wanted && this.#passing === 0) return;
    const bytes = this.#held.length === 1 ? chunk : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    const used = this.#read(bytes);
    if (used === bytes.length) return;
    this.#held.push(bytes.subarray(used));
    this.#heldBytes = bytes.length - used;
  }

  /** Reads the messages that are whole, passes on what is not ours; answers where the first unfinished one begins. */
  #read(bytes: Buffer): number {
    let at = Math.min(this.#passing, bytes.length);
    this.#passing -= at;
    let from = 0;
    this.#wanted = HEADER;
    while (bytes.length - at >= HEADER) {
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      if (this.#take === null || bytes[at] !== DATA_ROW) {
        this.#passing = Math.max(0, end - bytes.length);
        at = end - this.#passing;
        continue;
      }
      // What came before may end the taking: it is told first, and this message looked at again.
      if (from < at) {
        this.#rest.emit('data', bytes.subarray(from, at));
        from = at;
        continue;
      }
      if (end > bytes.length) {
        this.#wanted = end - at;
        break;
      }
      this.#take(readRow(bytes, at + HEADER, end), end - at - 1);
      at = end;
      from = end;
    }
    if (from < at) this.#rest.emit('data', bytes.subarray(from, at));
    return at;
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

import { EventEmitter } from 'node:events';
import type pg from 'pg';
import type { TakeRow } from '../encoded-rows.js';

/** What `pg`'s Connection reads its socket by: it wants `data` and `end` of it. */
interface ListeningConnection {
  attachListeners(stream: NodeJS.ReadableStream): void;
}

// A message is its code in one byte, then its length in four, which counts itself and what follows.
// postgresql.org/docs/current/protocol-message-formats.html
const HEADER = 5;
const DATA_ROW = 0x44;

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
      this.#take(bytes, at + HEADER, end);
      at = end;
      from = end;
    }
    if (from < at) this.#rest.emit('data', bytes.subarray(from, at));
    return at;
  }
}

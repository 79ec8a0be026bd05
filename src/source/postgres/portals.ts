import type { Connection, Submittable } from 'pg';
import { EncodedRows } from '../encoded-rows.js';
import type { Fetched } from '../merge-children.js';
import type { DataRows } from './data-rows.js';
import { readDataRow } from './read-data-row.js';
import type { Statement } from './sql.js';

/** The messages of the extended protocol that reading portals takes, as `pg`'s Connection sends them. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(message: { readonly text: string }): void;
  bind(message: { readonly portal: string; readonly values: readonly string[] }): void;
  describe(message: { readonly type: 'P'; readonly name: string }): void;
  execute(message: { readonly portal: string; readonly rows: number }): void;
  close(message: { readonly type: 'P'; readonly name: string }): void;
  flush(): void;
  sync(): void;
}

const NOTHING: Fetched = { rows: [], bytes: 0 };

/** Told the names of a result's columns, before its first row. */
type Describe = (columns: readonly string[]) => void;

interface Waiting<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Several portals read in turns over one connection, some rows at a time. `pg` sees one long query:
 * it is a Submittable as pg-cursor is, and differs from it in two things. pg-cursor keeps its connection
 * for itself until it is closed, so that root and children of a chunk would need a connection each; and
 * it runs every cell through a type parser, where the text is wanted as it came (`DataRows`).
 *
 * Must run in a transaction, which keeps the portals alive. Reads do not overlap: one at a time.
 * After an error the transaction is aborted, and the session good for nothing but its end.
 */
export class Portals implements Submittable {
  #wire: Wire | null = null;
  readonly #opened = new Set<string>();
  #count = 0;
  #rows = new EncodedRows(readDataRow);
  #describe: Describe | null = null;
  #reading: Waiting<Fetched & { readonly ended: boolean }> | null = null;
  #closing: Waiting<void> | null = null;
  #failure: { readonly error: unknown } | null = null;
  readonly #arriving: DataRows;

  /** `arriving`: what the connection brings. */
  constructor(arriving: DataRows) {
    this.#arriving = arriving;
  }

  /** A statement as a stream whose `fetch(rows)` asks the server for so many rows more. */
  open(statement: Statement, describe: Describe | null = null): { fetch(rows: number): Promise<Fetched> } {
    this.#count += 1;
    const portal = `tablefold_${this.#count}`;
    let ended = false;
    return {
      fetch: async (rows) => {
        if (ended) return NOTHING;
        const fetched = await this.#read(portal, statement, rows, describe);
        ended = fetched.ended;
        return fetched;
      },
    };
  }

  /** Closes the portals and gives the connection back. */
  close(): Promise<void> {
    const wire = this.#wire;
    if (this.#failure !== null || wire === null) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#closing = { resolve, reject };
      for (const name of this.#opened) wire.close({ type: 'P', name });
      wire.sync();
    });
  }

  #read(portal: string, statement: Statement, rows: number, describe: Describe | null) {
    return new Promise<Fetched & { readonly ended: boolean }>((resolve, reject) => {
      const wire = this.#wire;
      if (this.#failure !== null) return reject(this.#failure.error);
      if (wire === null || this.#reading !== null) return reject(new Error('portals are read one at a time'));
      this.#reading = { resolve, reject };
      this.#rows = new EncodedRows(readDataRow);
      wire.stream.cork();
      if (!this.#opened.has(portal)) {
        this.#opened.add(portal);
        wire.parse({ text: statement.text });
        wire.bind({ portal, values: statement.values });
        if (describe !== null) wire.describe({ type: 'P', name: portal });
        this.#describe = describe;
      }
      wire.execute({ portal, rows });
      wire.flush();
      wire.stream.uncork();
    });
  }

  #settle(ended: boolean): void {
    const reading = this.#reading;
    this.#reading = null;
    const rows = this.#rows;
    this.#rows = new EncodedRows(readDataRow);
    reading?.resolve({ rows, bytes: rows.bytes, ended });
  }

  // What `pg` calls: the part of its Query that matters here.

  submit(connection: Connection): void {
    this.#wire = connection as unknown as Wire;
    this.#arriving.give((bytes, start, end) => this.#rows.add(bytes, start, end));
  }

  handleRowDescription({ fields }: { readonly fields: readonly { readonly name: string }[] }): void {
    this.#describe?.(fields.map(({ name }) => name));
  }

  handlePortalSuspended(): void {
    this.#settle(false);
  }

  handleCommandComplete(): void {
    this.#settle(true);
  }

  handleReadyForQuery(): void {
    this.#arriving.give(null);
    this.#closing?.resolve();
  }

  handleError(error: unknown): void {
    // `pg` tells nothing more to a query that has failed: what comes next is another's.
    this.#arriving.give(null);
    this.#failure ??= { error };
    this.#reading?.reject(error);
    this.#closing?.reject(error);
    this.#reading = null;
    // Without it the server would wait for ever, and `pg` with it.
    this.#wire?.sync();
  }
}

import { type Connection, createConnection } from 'mysql2';
import type { Row } from '../source.js';
import type { Address } from './address.js';
import { plainText } from './cell-readers.js';
import { sessionSettings } from './session-settings.js';
import type { Statement } from './sql.js';
import { complaintOf, translateError } from './translate-error.js';

/** How long the server may take to cancel a statement before the connection is cut instead. */
const KILL_SECONDS = 5;

/**
 * One read-only connection. Statements wait for their turn, so that several chunks may share it. An abort
 * cancels the statement and keeps the session: with it the snapshot would be gone.
 */
export class Session {
  readonly #connection: Connection;
  readonly #address: Address;
  #mariadb = false;
  #connected = false;
  #ended: { readonly error: unknown } | null = null;
  #turn: Promise<void> = Promise.resolve();
  /** Rejects what runs. The driver says nothing to a command whose connection is destroyed. */
  #cut: (error: unknown) => void = () => {};

  private constructor(address: Address) {
    this.#address = address;
    this.#connection = createConnection(address.config);
    this.#connection.on('error', (error: unknown) => this.#end(error));
    this.#connection.on('end', () => this.#end(new Error('the connection was closed')));
  }

  /** Throws `SOURCE_CONNECT`, `SOURCE_ACCESS_DENIED`, `SOURCE_DATABASE_MISSING`. */
  static async connect(address: Address, signal: AbortSignal): Promise<Session> {
    signal.throwIfAborted();
    const session = new Session(address);
    try {
      await session.#connect(signal);
      return session;
    } catch (error) {
      session.destroy();
      signal.throwIfAborted();
      throw error;
    }
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const abort = () => this.destroy();
    signal.addEventListener('abort', abort, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        this.#cut = reject;
        this.#connection.connect((error) => (error ? reject(error) : resolve()));
      });
    } catch (error) {
      throw this.#translate(error);
    } finally {
      signal.removeEventListener('abort', abort);
    }
    const [row] = await this.query({ text: 'SELECT VERSION()', readers: null }, signal);
    this.#mariadb = String(row?.[0]).includes('MariaDB');
    const { needed, wanted } = sessionSettings(this.#mariadb, this.#address.statementTimeoutMs);
    for (const text of needed) await this.query({ text, readers: null }, signal);
    this.#connected = true;
    for (const text of wanted) {
      await this.query({ text, readers: null }, signal).catch((error: unknown) => {
        if (complaintOf(error) === null) throw error;
      });
    }
  }

  get mariadb(): boolean {
    return this.#mariadb;
  }

  /** Why the session cannot be used any more, or null. */
  get failure(): Error | null {
    return this.#ended === null ? null : this.#translate(this.#ended.error);
  }

  /** All rows of a statement; none for one that has no result. */
  async query(statement: Statement, signal: AbortSignal): Promise<readonly Row[]> {
    const rows: Row[] = [];
    await this.read(statement, (row) => rows.push(row), signal);
    return rows;
  }

  /**
   * Hands over each row as it arrives; whoever wants no more drops them, for the session cannot stop a result
   * without waiting for its end. Throws `SOURCE_*`, or what `take` throws.
   */
  async read(statement: Statement, take: (row: Row) => void, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const former = this.#turn;
    let next = () => {};
    this.#turn = new Promise((resolve) => {
      next = resolve;
    });
    await former;
    let killing: Promise<void> | null = null;
    const abort = () => {
      killing = this.#kill();
    };
    try {
      signal.throwIfAborted();
      if (this.#ended !== null) throw this.#ended.error;
      signal.addEventListener('abort', abort, { once: true });
      await this.#run(statement, take);
      signal.throwIfAborted();
    } catch (error) {
      signal.throwIfAborted();
      throw this.#translate(error);
    } finally {
      signal.removeEventListener('abort', abort);
      await killing;
      next();
    }
  }

  /** Cuts the connection; the server rolls back. */
  destroy(): void {
    this.#end(new Error('the connection was cut'));
    this.#connection.destroy();
  }

  /** Says goodbye once what runs has ended; the server rolls back what is open and drops its locks. */
  async end(): Promise<void> {
    await this.#turn;
    if (this.#ended !== null) return;
    await new Promise<void>((resolve) => this.#connection.end(() => resolve()));
    this.#end(new Error('the session was closed'));
  }

  #end(error: unknown): void {
    this.#ended ??= { error };
    this.#cut(error);
  }

  #run({ text, readers }: Statement, take: (row: Row) => void): Promise<void> {
    let failure: { readonly error: unknown } | null = null;
    return new Promise((resolve, reject) => {
      this.#cut = reject;
      // Every cell as its bytes: the driver's own readers would put numbers and dates through JavaScript's.
      const command = this.#connection.query({ sql: text, rowsAsArray: true, typeCast: false });
      command.on('result', (raw: unknown) => {
        if (failure !== null || !Array.isArray(raw)) return;
        try {
          take(
            raw.map((cell: Buffer | null, n) => (cell === null ? null : (readers?.[n] ?? plainText)(cell))),
          );
        } catch (error) {
          // Thrown into the driver it would end the process.
          failure = { error };
        }
      });
      command.on('error', reject);
      command.on('end', () => (failure === null ? resolve() : reject(failure.error)));
    });
  }

  /** Cancels what runs, over a connection of its own; everybody may cancel statements of their own user. */
  async #kill(): Promise<void> {
    const { threadId } = this.#connection;
    const killer = createConnection({ ...this.#address.config, connectTimeout: KILL_SECONDS * 1000 });
    try {
      await new Promise<void>((resolve, reject) => {
        killer.on('error', reject);
        killer.query({ sql: `KILL QUERY ${threadId}`, timeout: KILL_SECONDS * 1000 }, (error) =>
          error ? reject(error) : resolve(),
        );
      });
      // Had the statement just ended, this one is cancelled in its place.
      await this.#run({ text: 'DO 0', readers: null }, () => {}).catch((error: unknown) => {
        if (complaintOf(error) === null) throw error;
      });
    } catch {
      // Not cancelled: a session whose state is unknown is good for nothing.
      this.destroy();
    } finally {
      killer.destroy();
    }
  }

  #translate(error: unknown): Error {
    if (error instanceof Error && error.name === 'MigrationError') return error;
    return translateError(error, {
      address: this.#address.server,
      secrets: this.#address.secrets,
      connected: this.#connected,
    });
  }
}

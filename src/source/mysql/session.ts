import { type Connection, type ConnectionOptions, createConnection, type FieldPacket } from 'mysql2';
import type { TakeRow } from '../encoded-rows.js';
import { logIn } from '../passwords.js';
import type { Row } from '../source.js';
import { hasNoTls } from '../tls.js';
import { type Address, configOf } from './address.js';
import { sendKill } from './kill-request.js';
import { takeRows } from './row-packets.js';
import { type SessionSettings, sessionSettings, VERSION } from './session-settings.js';
import type { Statement } from './sql.js';
import { textRowReader } from './text-row.js';
import { complaintOf, translateError } from './translate-error.js';

/** A statement that has not ended so long after it was aborted takes its session with it. */
const KILL_MS = 10_000;

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
  /** Reject what waits for the server. The driver says nothing to a command whose connection is destroyed. */
  readonly #cuts = new Set<(error: unknown) => void>();

  readonly #config: ConnectionOptions;

  private constructor(address: Address, config: ConnectionOptions) {
    this.#address = address;
    this.#config = config;
    this.#connection = createConnection(config);
    this.#connection.on('error', (error: unknown) => this.#end(error));
    this.#connection.on('end', () => this.#end(new Error('the connection was closed')));
  }

  /** Throws `SOURCE_CONNECT`, `SOURCE_ACCESS_DENIED`, `SOURCE_DATABASE_MISSING`. */
  static connect(address: Address, signal: AbortSignal): Promise<Session> {
    signal.throwIfAborted();
    return logIn(address.passwords, async (password) => {
      try {
        return await Session.#open(address, configOf(address, password, true), signal);
      } catch (error) {
        if (address.tls?.optional !== true || !hasNoTls(error)) throw error;
        return await Session.#open(address, configOf(address, password, false), signal);
      }
    });
  }

  static async #open(address: Address, config: ConnectionOptions, signal: AbortSignal): Promise<Session> {
    const session = new Session(address, config);
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
        this.#cuts.add(reject);
        this.#connection.connect((error) => (error ? reject(error) : resolve()));
      });
    } catch (error) {
      throw this.#translate(error);
    } finally {
      this.#cuts.clear();
      signal.removeEventListener('abort', abort);
    }
    const [row] = await this.query({ text: VERSION, readers: null }, signal);
    this.#mariadb = String(row?.[0]).includes('MariaDB');
    const { needed, wanted } = this.settings;
    for (const text of needed) await this.query({ text, readers: null }, signal);
    this.#connected = true;
    for (const text of wanted) {
      await this.query({ text, readers: null }, signal).catch((error: unknown) => {
        if (complaintOf(error) === null) throw error;
      });
    }
  }

  /** What it was made ready by. */
  get settings(): SessionSettings {
    return sessionSettings(this.#mariadb, this.#address.statementTimeoutMs);
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

  /** What MariaDB adds to each column's type: `json` for a LONGTEXT that is checked to be so; else null. */
  async formats(text: string, signal: AbortSignal): Promise<readonly (string | null)[]> {
    let formats: readonly (string | null)[] = [];
    const note = (fields: readonly FieldPacket[]) => {
      formats = fields.map((field) => field.extendedFormat ?? null);
    };
    await this.read({ text, readers: null }, () => {}, signal, note);
    return formats;
  }

  /** Hands over each row as it arrives. Else as `take`. */
  read(
    statement: Statement,
    take: (row: Row) => void,
    signal: AbortSignal,
    describe?: (fields: readonly FieldPacket[]) => void,
  ): Promise<void> {
    const read = textRowReader(statement.readers);
    return this.take(statement.text, (bytes, start, end) => take(read(bytes, start, end)), signal, describe);
  }

  /**
   * Hands over the bytes of each row as they arrive (`textRowReader`); whoever wants no more drops them, for the session
   * cannot stop a result without waiting for its end. Throws `SOURCE_*`, or what `take` throws.
   */
  async take(
    text: string,
    take: TakeRow,
    signal: AbortSignal,
    describe: (fields: readonly FieldPacket[]) => void = () => {},
  ): Promise<void> {
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
      await this.#run(text, take, describe);
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

  /** Cuts the connection and ends what runs; the server rolls back. */
  destroy(): void {
    if (this.#connected && this.#cuts.size > 0) {
      // Best effort: nobody waits for it, and the connection is cut in any case.
      sendKill(this.#config, 'CONNECTION', this.#connection.threadId).catch(() => {});
    }
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
    for (const reject of this.#cuts) reject(error);
    this.#cuts.clear();
  }

  #run(
    text: string,
    take: TakeRow,
    describe: (fields: readonly FieldPacket[]) => void = () => {},
  ): Promise<void> {
    let failure: { readonly error: unknown } | null = null;
    let cut: (error: unknown) => void = () => {};
    return new Promise<void>((resolve, reject) => {
      cut = reject;
      this.#cuts.add(cut);
      const command = this.#connection.query({ sql: text, rowsAsArray: true });
      takeRows(command, (bytes, start, end) => {
        if (failure !== null) return;
        // What is thrown into the driver would end the connection.
        try {
          take(bytes, start, end);
        } catch (error) {
          failure = { error };
        }
      });
      command.on('result', (row: unknown) => {
        if (Array.isArray(row)) failure ??= { error: new Error('the driver has read a row by itself') };
      });
      command.on('fields', (fields: readonly FieldPacket[] | undefined) => describe(fields ?? []));
      command.on('error', reject);
      command.on('end', () => (failure === null ? resolve() : reject(failure.error)));
    }).finally(() => this.#cuts.delete(cut));
  }

  /** Cancels what runs and keeps the session. */
  async #kill(): Promise<void> {
    const overdue = setTimeout(() => this.destroy(), KILL_MS);
    try {
      await sendKill(this.#config, 'QUERY', this.#connection.threadId);
      // Had the statement just ended, this one is cancelled in its place.
      await this.#run('DO 0', () => {}).catch((error: unknown) => {
        if (complaintOf(error) === null) throw error;
      });
    } catch {
      // Not cancelled: a session whose state is unknown is good for nothing.
      this.destroy();
    } finally {
      clearTimeout(overdue);
    }
  }

  #translate(error: unknown): Error {
    if (error instanceof Error && error.name === 'MigrationError') return error;
    const { password = '' } = this.#config;
    return translateError(error, {
      address: this.#address.server,
      secrets: [...this.#address.secrets, password, encodeURIComponent(password)],
      connected: this.#connected,
    });
  }
}

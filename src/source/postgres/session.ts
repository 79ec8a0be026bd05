import pg from 'pg';
import { messageOf } from '../../support/error.js';
import { sourceError } from '../errors.js';
import { logIn } from '../passwords.js';
import type { Row } from '../source.js';
import { hasNoTls } from '../tls.js';
import type { Address } from './address.js';
import { type CancelTarget, sendCancelRequest } from './cancel-request.js';
import { DataRows } from './data-rows.js';
import { Portals } from './portals.js';
import { type BeginOptions, beginStatement } from './session-settings.js';
import type { Statement } from './sql.js';
import { redact, translateError } from './translate-error.js';

const GOODBYE_MS = 5_000;

export const VERSION: Statement = { text: 'SHOW server_version_num', values: [] };

/** One connection. It runs one thing at a time; whoever aborts that ends the session. */
export class Session {
  readonly #client: pg.Client;
  readonly #address: Address;
  #majorVersion = 0;
  #connected = false;
  #ended: { readonly error: unknown } | null = null;
  #backend: Pick<CancelTarget, 'processId' | 'secretKey'> | null = null;

  readonly #rows: DataRows;
  readonly #secrets: readonly string[];

  private constructor(client: pg.Client, address: Address, password: string) {
    this.#client = client;
    this.#rows = DataRows.of(client);
    this.#address = address;
    this.#secrets = [...address.secrets, password, encodeURIComponent(password)];
    client.on('error', (error) => {
      this.#ended ??= { error };
    });
    client.on('end', () => {
      this.#ended ??= { error: new Error('the connection was closed') };
    });
    client.connection.on('backendKeyData', (key: { processID: number; secretKey: number }) => {
      this.#backend = { processId: key.processID, secretKey: key.secretKey };
    });
  }

  /** Throws `SOURCE_URL`, `SOURCE_CONNECT`, `SOURCE_ACCESS_DENIED`, `SOURCE_DATABASE_MISSING`. */
  static connect(address: Address, signal: AbortSignal): Promise<Session> {
    signal.throwIfAborted();
    return logIn(address.passwords, async (password) => {
      try {
        return await Session.#open(address, password, address.tls !== null, signal);
      } catch (error) {
        if (address.tls?.optional !== true || !hasNoTls(error)) throw error;
        return await Session.#open(address, password, false, signal);
      }
    });
  }

  static async #open(
    address: Address,
    password: string,
    encrypted: boolean,
    signal: AbortSignal,
  ): Promise<Session> {
    const session = new Session(createClient(address, password, encrypted), address, password);
    try {
      await session.#connect(signal);
      return session;
    } catch (error) {
      session.#client.connection.stream.destroy();
      throw error;
    }
  }

  async #connect(signal: AbortSignal): Promise<void> {
    await this.run(signal, () => this.#client.connect());
    const [row] = await this.query(VERSION, signal);
    this.#majorVersion = Math.floor(Number(row?.[0]) / 10_000);
    this.#connected = true;
  }

  /** Why the session cannot be used any more, or null. */
  get failure(): Error | null {
    return this.#ended === null ? null : this.#translate(this.#ended.error);
  }

  /** How its transactions begin. */
  get beginning(): Omit<BeginOptions, 'snapshot'> {
    return { majorVersion: this.#majorVersion, statementTimeout: this.#address.statementTimeout };
  }

  /** Begins a read-only transaction, on an exported snapshot if one is named. */
  async begin(snapshot: string | null, signal: AbortSignal): Promise<void> {
    const text = beginStatement({ ...this.beginning, ...(snapshot === null ? {} : { snapshot }) });
    await this.run(signal, () => this.#client.query(text));
  }

  /** One statement by the extended protocol, which refuses two: text of a user cannot start another. */
  async query(statement: Statement, signal: AbortSignal): Promise<readonly Row[]> {
    const config = { ...statement, values: [...statement.values], rowMode: 'array', queryMode: 'extended' };
    const result = await this.run(signal, () => this.#client.query(config as pg.QueryArrayConfig));
    return result.rows;
  }

  /** Reads rows of several statements in turns; nothing else runs on the session until they are closed. */
  openPortals(): Portals {
    return this.#client.query(new Portals(this.#rows));
  }

  /** Runs `work` of this session; an abort ends the session, so that nothing goes on behind it. */
  async run<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    signal.throwIfAborted();
    const abort = () => this.destroy();
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw this.#translate(error);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Cancels what runs and cuts the connection. */
  destroy(): void {
    this.#ended ??= { error: new Error('the connection was cut') };
    if (this.#backend !== null) {
      const { host, port } = this.#client;
      void sendCancelRequest({ host, port, ...this.#backend });
    }
    this.#client.connection.stream.destroy();
  }

  /** Ends the transaction, also one that an error has aborted. */
  async rollback(signal: AbortSignal): Promise<void> {
    await this.run(signal, () => this.#client.query('ROLLBACK'));
  }

  /** Says goodbye; the server rolls back what is open. */
  async end(): Promise<void> {
    if (this.#ended !== null) return;
    const { stream } = this.#client.connection;
    // A network that swallows packets would have us wait for the server's answer for a quarter of an hour.
    const overdue = setTimeout(() => stream.destroy(), GOODBYE_MS);
    try {
      await this.#client.end();
    } catch {
      stream.destroy(); // the server is gone: it has rolled back already
    } finally {
      clearTimeout(overdue);
    }
  }

  #translate(error: unknown): Error {
    return translateError(error, {
      address: this.#address.server,
      secrets: this.#secrets,
      connected: this.#connected,
    });
  }
}

function createClient(address: Address, password: string, encrypted: boolean): pg.Client {
  const ssl = encrypted && address.tls !== null ? address.tls.options : false;
  try {
    // As a function: the driver would look for an empty password in the environment.
    return new pg.Client({ ...address.config, ssl, password: () => password });
  } catch (error) {
    const message = redact(messageOf(error), address.secrets);
    throw sourceError('SOURCE_URL', `the source URL has a parameter that cannot be used: ${message}`, {
      hint: 'Check the parameters behind the ? of the URL.',
    });
  }
}

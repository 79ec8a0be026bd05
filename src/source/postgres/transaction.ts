import type { LeasePool } from '../lease-pool.js';
import type { Session } from './session.js';

/** A read-only transaction on a session of a pool, rolled back when it is disposed of. */
export class Transaction implements AsyncDisposable {
  readonly session: Session;
  readonly #pool: LeasePool<Session>;
  readonly #signal: AbortSignal;

  private constructor(session: Session, pool: LeasePool<Session>, signal: AbortSignal) {
    this.session = session;
    this.#pool = pool;
    this.#signal = signal;
  }

  /** Reads from an exported snapshot if one is named. Throws `SOURCE_*`. */
  static async begin(
    pool: LeasePool<Session>,
    snapshot: string | null,
    signal: AbortSignal,
  ): Promise<Transaction> {
    const session = await pool.lease();
    const transaction = new Transaction(session, pool, signal);
    try {
      await session.begin(snapshot, signal);
      return transaction;
    } catch (error) {
      await transaction[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#signal.aborted) this.session.destroy();
    else if (this.session.failure === null) await this.#rollback();
    await this.#pool.release(this.session);
  }

  async #rollback(): Promise<void> {
    try {
      await this.session.rollback(this.#signal);
    } catch {
      // Nothing was written and the rows are read: a session that cannot even roll back is only replaced.
      this.session.destroy();
    }
  }
}

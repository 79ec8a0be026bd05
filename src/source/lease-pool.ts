import { sourceError } from './errors.js';

/** One connection of an adapter, as far as a pool has to know it. */
export interface PooledSession {
  /** Why it cannot be used any more, or null. */
  readonly failure: Error | null;
  /** Says goodbye. Never throws. */
  end(): Promise<void>;
  /** Cuts the connection. */
  destroy(): void;
}

interface Waiting<Session> {
  readonly resolve: (session: Session) => void;
  readonly reject: (error: unknown) => void;
}

/** Up to `limit` sessions, opened when they are first wanted and kept until the pool is closed. */
export class LeasePool<Session extends PooledSession> implements AsyncDisposable {
  readonly #limit: number;
  readonly #open: () => Promise<Session>;
  readonly #idle: Session[];
  readonly #leased = new Set<Session>();
  readonly #waiting: Waiting<Session>[] = [];
  #opening = 0;
  #closed = false;

  constructor(limit: number, open: () => Promise<Session>, idle: readonly Session[] = []) {
    this.#limit = limit;
    this.#open = open;
    this.#idle = [...idle];
  }

  /** A session that nobody else has until it is released. Waits where all are taken. */
  async lease(): Promise<Session> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.failure === null) return this.#lend(idle);
    }
    if (this.#closed) throw closed();
    if (this.#leased.size + this.#opening < this.#limit) return this.#openOne();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Takes a session back; one that has failed makes room for another. */
  async release(session: Session): Promise<void> {
    this.#leased.delete(session);
    const usable = session.failure === null && !this.#closed;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      if (usable) this.#idle.push(session);
      else await session.end();
    } else if (usable) {
      waiting.resolve(this.#lend(session));
    } else {
      this.#openOne().then(waiting.resolve, waiting.reject);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(closed());
    for (const session of this.#leased) session.destroy();
    await Promise.all(this.#idle.splice(0).map((session) => session.end()));
  }

  async #openOne(): Promise<Session> {
    this.#opening += 1;
    try {
      const session = await this.#open();
      if (this.#closed) {
        await session.end();
        throw closed();
      }
      return this.#lend(session);
    } catch (error) {
      // Nobody will release what was never opened: the next in line tries for itself.
      const next = this.#waiting.shift();
      if (next !== undefined) queueMicrotask(() => this.#openOne().then(next.resolve, next.reject));
      throw error;
    } finally {
      this.#opening -= 1;
    }
  }

  #lend(session: Session): Session {
    this.#leased.add(session);
    return session;
  }
}

function closed() {
  return sourceError('SOURCE_LOST', 'the source was closed while it was being read');
}

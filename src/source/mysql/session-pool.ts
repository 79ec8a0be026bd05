import { messageOf } from '../../support/error.js';
import { RUN_AGAIN, sourceError } from '../errors.js';
import type { Session } from './session.js';

interface Member {
  readonly session: Session;
  users: number;
}

/**
 * The sessions of a snapshot, as many as there will ever be: a session that joined later would see another
 * moment. Nobody waits for one, since several users of a session take turns by the statement.
 */
export class SessionPool implements AsyncDisposable {
  readonly #members: readonly Member[];

  constructor(sessions: readonly Session[]) {
    this.#members = sessions.map((session) => ({ session, users: 0 }));
  }

  /** Asks the session with the fewest users. Throws `SOURCE_SNAPSHOT` when none is left. */
  async ask<Answer>(work: (session: Session) => Promise<Answer>): Promise<Answer> {
    const member = this.#leastUsed();
    member.users += 1;
    try {
      return await work(member.session);
    } finally {
      member.users -= 1;
    }
  }

  /** Reads from the session with the fewest users. Throws `SOURCE_SNAPSHOT` when none is left. */
  async *read<Value>(
    work: (session: Session) => AsyncIterable<Value>,
  ): AsyncGenerator<Value, void, undefined> {
    const member = this.#leastUsed();
    member.users += 1;
    try {
      yield* work(member.session);
    } finally {
      member.users -= 1;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#members.map(({ session, users }) => (users > 0 ? session.destroy() : session.end())),
    );
  }

  #leastUsed(): Member {
    const alive = this.#members.filter(({ session }) => session.failure === null);
    const [first, ...others] = alive;
    if (first === undefined) throw gone(this.#members[0]?.session.failure);
    return others.reduce((least, member) => (member.users < least.users ? member : least), first);
  }
}

function gone(cause: unknown) {
  return sourceError('SOURCE_SNAPSHOT', `the snapshot is gone: ${messageOf(cause)}`, {
    cause,
    hint: `For a new snapshot ${RUN_AGAIN}.`,
  });
}

import type { Snapshot, SnapshotShare } from '../source/source.js';

/**
 * The snapshot that a thread has joined, and its successors. The run lets a snapshot go only when nobody reads
 * from it, so that a chunk of another one is the sign that the former can be closed.
 */
export class JoinedSnapshots implements AsyncDisposable {
  readonly #join: (share: SnapshotShare) => Promise<Snapshot>;
  #name: string | null = null;
  #joined: Promise<Snapshot> | null = null;

  constructor(join: (share: SnapshotShare) => Promise<Snapshot>) {
    this.#join = join;
  }

  async of(share: SnapshotShare): Promise<Snapshot> {
    const name = JSON.stringify(share);
    if (name !== this.#name || this.#joined === null) {
      const former = this.#joined;
      this.#name = name;
      this.#joined = close(former).then(() => this.#join(share));
    }
    const joined = this.#joined;
    try {
      return await joined;
    } catch (error) {
      if (this.#joined === joined) this.#joined = null; // the next chunk tries again
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await close(this.#joined);
  }
}

async function close(joined: Promise<Snapshot> | null): Promise<void> {
  const snapshot = await joined?.catch(() => null); // what could not be joined has nothing to close
  await snapshot?.[Symbol.asyncDispose]();
}

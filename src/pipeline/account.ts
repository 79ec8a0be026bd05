import type { Item } from '../item/item.js';
import type { Reject } from '../item/reject.js';
import type { Mapped } from '../mapping/mapper.js';
import type { Counts } from '../state/state.js';
import type { Meter } from './meter.js';
import type { RejectFuse } from './reject-fuse.js';

/** Rejects of a chunk that are kept until it is done: some 8 MB. */
const MAX_KEPT_REJECTS = 20_000;

/**
 * What became of everything that one attempt at a chunk made. An item that was put is outstanding until it is
 * written, held or rejected; the chunk is done when it has been read to its end and nothing is
 * outstanding. Rejects are kept until then: those of an attempt that failed must not be in the log.
 */
export class ChunkAccount {
  #outstanding = 0;
  #onSettled: (() => void) | null = null;
  #rows = 0;
  #written = 0;
  #skipped = 0;
  #held = 0;
  #rejects = 0;
  #dangling = 0;
  #bytes = 0;
  #units = 0;
  #kept: Reject[] = [];
  #logged = 0;
  readonly #log: (reject: Reject) => void;
  readonly #fuse: RejectFuse;

  /** `log` receives each reject, of the mapper and of the sink, once: when the chunk is done, or too many are kept. */
  constructor(log: (reject: Reject) => void, fuse: RejectFuse) {
    this.#log = log;
    this.#fuse = fuse;
  }

  /** Rows were read and mapped; their items are outstanding from now on. */
  mapped(rows: number, made: Mapped): void {
    this.#rows += rows;
    this.#skipped += made.skipped;
    this.#dangling += made.dangling;
    this.#outstanding += made.items.length;
    for (const reject of made.rejects) this.#reject(reject);
  }

  written(item: Item, units: number): void {
    this.#written += 1;
    this.#bytes += item.bytes;
    this.#units += units;
    this.#settle();
  }

  held(): void {
    this.#held += 1;
    this.#settle();
  }

  rejected(reject: Reject): void {
    this.#reject(reject);
    this.#settle();
  }

  /** Resolves when nothing is outstanding; to be asked once, after the last `mapped`. */
  settled(): Promise<void> {
    if (this.#outstanding === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onSettled = resolve;
    });
  }

  get counts(): Counts {
    return {
      rows: this.#rows,
      written: this.#written,
      skipped: this.#skipped,
      held: this.#held,
      rejects: this.#rejects,
      dangling: this.#dangling,
      bytes: this.#bytes,
      units: Math.round(this.#units * 100) / 100,
    };
  }

  /** The chunk is done: its rejects go to the log. */
  logRejects(): void {
    for (const reject of this.#kept) this.#log(reject);
    this.#logged += this.#kept.length;
    this.#kept = [];
  }

  /** The attempt failed: what it counted is taken back. Answers whether the chunk can be tried again. */
  forget(meter: Meter): boolean {
    meter.rows -= this.#rows;
    meter.skipped -= this.#skipped;
    meter.dangling -= this.#dangling;
    meter.rejects -= this.#rejects;
    this.#fuse.takeBack(this.#rejects);
    return this.#logged === 0;
  }

  #reject(reject: Reject): void {
    this.#rejects += 1;
    this.#fuse.count(reject);
    this.#kept.push(reject);
    if (this.#kept.length >= MAX_KEPT_REJECTS) this.logRejects();
  }

  #settle(): void {
    this.#outstanding -= 1;
    if (this.#outstanding === 0) this.#onSettled?.();
  }
}

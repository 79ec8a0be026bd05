import type { Item } from '../item/item.js';
import type { Reject } from '../item/reject.js';
import type { Mapped } from '../mapping/mapper.js';
import type { Counts } from '../state/state.js';

/**
 * What became of everything that one chunk made. An item that was put is outstanding until it is
 * written, held or rejected; the chunk is done when it has been read to its end and nothing is
 * outstanding.
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
  readonly #log: (reject: Reject) => void;

  /** `log` receives each reject, of the mapper and of the sink, once. */
  constructor(log: (reject: Reject) => void) {
    this.#log = log;
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

  #reject(reject: Reject): void {
    this.#rejects += 1;
    this.#log(reject);
  }

  #settle(): void {
    this.#outstanding -= 1;
    if (this.#outstanding === 0) this.#onSettled?.();
  }
}

import type { Pending } from './pending.js';

interface Entry {
  readonly due: number;
  readonly pending: Pending;
}

/** Items that a sink left for now, each to be tried again when it is due: a heap, the earliest first. */
export class PutAside {
  readonly #heap: Entry[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** Milliseconds of the clock, or `Infinity`. */
  get nextDue(): number {
    return this.#heap[0]?.due ?? Number.POSITIVE_INFINITY;
  }

  add(pending: Pending, due: number): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as Entry; // parent < place
      if (above.due <= due) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = { due, pending };
  }

  /** The earliest one that is due, taken out. */
  take(now: number): Pending | undefined {
    const heap = this.#heap;
    const [first] = heap;
    if (first === undefined || first.due > now) return undefined;
    const last = heap.pop() as Entry; // there is a first
    if (heap.length > 0) this.#sink(last);
    return first.pending;
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && dueAt(heap, child + 1) < dueAt(heap, child)) child += 1;
      if (dueAt(heap, child) >= entry.due) break;
      heap[place] = heap[child] as Entry; // child < length
      place = child;
    }
    heap[place] = entry;
  }
}

function dueAt(heap: readonly Entry[], place: number): number {
  return heap[place]?.due ?? Number.POSITIVE_INFINITY;
}

interface Entry<Value> {
  readonly due: number;
  readonly value: Value;
}

/** What is to be looked at again, each when it is due: the earliest first. */
export class DueHeap<Value> {
  readonly #heap: Entry<Value>[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** Milliseconds of the clock, or `Infinity`. */
  get nextDue(): number {
    return this.#heap[0]?.due ?? Number.POSITIVE_INFINITY;
  }

  add(value: Value, due: number): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as Entry<Value>; // parent < place
      if (above.due <= due) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = { due, value };
  }

  /** The earliest one that is due, taken out. */
  take(now: number): Value | undefined {
    const heap = this.#heap;
    const [first] = heap;
    if (first === undefined || first.due > now) return undefined;
    const last = heap.pop() as Entry<Value>; // there is a first
    if (heap.length > 0) this.#sink(last);
    return first.value;
  }

  #sink(entry: Entry<Value>): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && dueAt(heap, child + 1) < dueAt(heap, child)) child += 1;
      if (dueAt(heap, child) >= entry.due) break;
      heap[place] = heap[child] as Entry<Value>; // child < length
      place = child;
    }
    heap[place] = entry;
  }
}

function dueAt(heap: readonly Entry<unknown>[], place: number): number {
  return heap[place]?.due ?? Number.POSITIVE_INFINITY;
}

/** What to do when a signal is aborted, for any number of users of one signal at a time. */
export interface Stops {
  /** Calls `stop` once when `signal` is aborted, unless the returned function is called before. */
  on(signal: AbortSignal, stop: () => void): () => void;
}

/**
 * One listener for each signal, whatever the number of requests under way: Node warns of a leak from the
 * eleventh listener on, and adding and removing one for each request costs more than a Set.
 */
export function gatherStops(): Stops {
  const stopsOf = new WeakMap<AbortSignal, Set<() => void>>();
  return {
    on(signal, stop) {
      let stops = stopsOf.get(signal);
      if (stops === undefined) {
        const all = new Set<() => void>();
        stopsOf.set(signal, all);
        signal.addEventListener('abort', () => all.forEach((each) => void each()), { once: true });
        stops = all;
      }
      const mine = stops;
      mine.add(stop);
      return () => mine.delete(stop);
    },
  };
}

/** What to do when a signal is aborted, for any number of users of one signal at a time. */
export interface Stops {
  /** Calls `stop` once when `signal` is aborted, unless the returned function is called before. */
  on(signal: AbortSignal, stop: () => void): () => void;
}

interface Stop {
  readonly stop: () => void;
  /** Where it stands in the list of its signal. */
  at: number;
}

/**
 * One listener for each signal, whatever the number of requests under way: Node warns of a leak from the
 * eleventh listener on, and adding and removing one for each request costs more than a list. A `Set` with so
 * many changes would keep what was deleted alive (src/pipeline/keys-under-way.ts says why): here whole requests.
 */
export function gatherStops(): Stops {
  const stopsOf = new WeakMap<AbortSignal, Stop[]>();
  return {
    on(signal, stop) {
      let stops = stopsOf.get(signal);
      if (stops === undefined) {
        const all: Stop[] = [];
        stopsOf.set(signal, all);
        signal.addEventListener('abort', () => callAll(all), { once: true });
        stops = all;
      }
      const mine = stops;
      const entry = { stop, at: mine.length };
      mine.push(entry);
      return () => remove(mine, entry);
    },
  };
}

/** Each forgets itself, and others perhaps, while it is called. */
function callAll(stops: Stop[]): void {
  for (const { stop } of stops.splice(0)) stop();
}

/** The last takes its place. */
function remove(stops: Stop[], entry: Stop): void {
  if (stops[entry.at] !== entry) return;
  const last = stops.pop();
  if (last === undefined || last === entry) return;
  stops[entry.at] = last;
  last.at = entry.at;
}

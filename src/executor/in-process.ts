import { type Clock, systemClock } from '../support/time.js';

/** A bound that may change is looked at so often, in milliseconds. */
const LOOK_MS = 200;

/**
 * Runs each piece of work with at most `concurrency` under way; a function is asked again and again. Work is asked
 * for only when there is a place for it, so that a lazy plan stays lazy. The first failure stops the asking, and is
 * thrown once everything under way has ended.
 */
export async function runInProcess<Work>(
  work: AsyncIterable<Work>,
  concurrency: number | (() => number),
  run: (work: Work) => Promise<unknown>,
  clock: Clock = systemClock,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const start = (piece: Work) => {
    const task: Promise<void> = run(piece)
      .then(
        () => undefined,
        (error: unknown) => void failures.push(error),
      )
      .finally(() => running.delete(task));
    running.add(task);
  };
  const oneEnds = async (): Promise<void> => {
    if (typeof concurrency === 'number') return Promise.race(running);
    const look = new AbortController();
    const looked = clock.sleep(LOOK_MS, look.signal).catch(() => undefined); // nobody waits for it any more
    await Promise.race([...running, looked]);
    look.abort();
  };
  const atMost = () => (typeof concurrency === 'number' ? concurrency : concurrency());
  try {
    for await (const piece of work) {
      start(piece);
      while (running.size >= atMost() && failures.length === 0) await oneEnds();
      if (failures.length > 0) break;
    }
  } catch (error) {
    failures.push(error);
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}

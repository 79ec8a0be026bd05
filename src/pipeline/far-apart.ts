/** Chunks that are planned ahead, at most: fifty partition keys of ten thousand rows each, in 128 rows a chunk. */
const WINDOW = 4_096;
/** Chunks that are planned for each one that is handed out, until the window is full: the first reader need not wait. */
const STEP = 8;
/** Parts of the golden ratio are spread evenly however many there are (en.wikipedia.org/wiki/Low-discrepancy_sequence). */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Hands out work in its own order, and from the moment on that `apart` says so from all over a window of it, so that
 * what is read at the same time lies far apart in the order of the keys. Work is asked for only when it is wanted.
 */
export async function* farApart<Work>(
  work: AsyncIterable<Work>,
  apart: () => boolean,
  window = WINDOW,
): AsyncGenerator<Work, void, undefined> {
  const source = work[Symbol.asyncIterator]();
  const ahead: Work[] = [];
  let ended = false;
  let turn = 0;
  const plan = async (most: number): Promise<void> => {
    while (!ended && ahead.length < most) {
      const next = await source.next();
      if (next.done === true) ended = true;
      else ahead.push(next.value);
    }
  };
  try {
    for (;;) {
      const isApart = apart();
      await plan(isApart ? Math.min(window, ahead.length + STEP) : 1);
      if (ahead.length === 0) return;
      turn += 1;
      const at = isApart ? Math.floor(((turn * GOLDEN) % 1) * ahead.length) : 0;
      const [chosen] = ahead.splice(at, 1);
      yield chosen as Work; // at < length
    }
  } finally {
    await source.return?.();
  }
}

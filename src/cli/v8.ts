import { setFlagsFromString } from 'node:v8';

/**
 * How V8 keeps its heap while a run streams rows. Nearly all garbage dies young here: at the next collection of the young
 * generation but one, since rows and items wait for their batch meanwhile (docs/performance.md has the figures).
 */
const FLAGS = [
  // How far the old generation may grow before it is collected, in percent of what lives in it. V8 goes to about 300, for
  // speed; what would wait here is the text of large items: 300 KB each took 340 MB. 100 costs CPU where items are small.
  '--heap-growing-percent=150',
  // V8 takes rows that were seen to wait for long-lived ones, and makes all that follow in the old generation, where
  // they cost a quarter of all CPU until they are marked and swept.
  '--no-allocation-site-pretenuring',
  // The young generation grows to its full size at once. Step by step, it would promote what waits for seconds.
  '--semi-space-growth-factor=16',
  // Little survives a collection of the young generation: to share it out among threads costs more than it brings, and the
  // threads take the cores of who sends and answers. The same with marking, which is seldom: what lives is small.
  '--no-parallel-scavenge',
  '--no-concurrent-marking',
];

/** For the process and all its threads, from now on. Only the command does so: a library leaves V8 to its host. */
export function keepHeapSmall(): void {
  for (const flag of FLAGS) setFlagsFromString(flag);
}

/** Bytes of a document that is read at once, in some ten milliseconds; from about 400 KB on the optimizer pays. */
const SHORT_DOCUMENT = 200_000;

/**
 * Runs `read` without V8's optimizing compiler, where it reads a document of so many bytes and no more. What runs once
 * for a tenth of a second is done before its compiled code is of use: reading 59 KB of YAML takes 0.7 of the time and
 * half the CPU without it (docs/performance.md).
 */
export async function withoutOptimizer<Result>(bytes: number, read: () => Promise<Result>): Promise<Result> {
  if (bytes > SHORT_DOCUMENT) return read();
  setFlagsFromString('--no-opt');
  try {
    return await read();
  } finally {
    setFlagsFromString('--opt');
  }
}

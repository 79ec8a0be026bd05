import { setFlagsFromString } from 'node:v8';

/**
 * How far the old generation may grow before it is collected, in percent of what lives in it. V8 goes to about 300, for
 * speed; here nearly all garbage dies young, and what would wait is the text of large items: 300 KB each took 340 MB.
 * 150 keeps them below 300; 100 at 220, but costs some 5 % of CPU where items are small (docs/performance.md).
 */
const GROWING_PERCENT = 150;

/** For the process and all its threads, from now on. Only the command does so: a library leaves V8 to its host. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`);
}

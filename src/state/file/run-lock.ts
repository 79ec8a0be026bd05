import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stateError } from '../errors.js';
import { type Holder, holderLabel, livenessOf, thisProcess } from './holder.js';
import { codeOf, ifThere } from './io-error.js';

/*
 * Node has no flock, so the lock is made of names. The file `lock.N` with the highest N says who holds
 * the run; an empty one says that nobody does. Whoever finds it empty, or its holder gone, creates
 * `lock.N+1` by link(2), which gives a whole file to exactly one of several that try, and then removes
 * the lower ones. The highest is never removed before a higher one exists; so whoever was slow, and took
 * a number that had been used and removed, sees a higher one afterwards and steps back. One file that
 * is removed and made again cannot do that: a slow process would remove the new one for the old one.
 */

export interface RunLock {
  /** Lets the run go. */
  release(): Promise<void>;
}

interface Top {
  readonly number: number;
  readonly path: string;
  /** Of its file; empty when nobody holds the run. */
  readonly text: string;
}

/** Takes the lock of the run in `folder`. Throws `STATE_LOCKED` naming the holder. */
export async function takeLock(folder: string, run: string): Promise<RunLock> {
  const self = thisProcess(randomUUID());
  const text = `${JSON.stringify(self)}\n`;
  const own = join(folder, `lock.${self.token}.new`);
  try {
    await writeFile(own, text, { mode: 0o600, flag: 'wx' });
    for (;;) {
      const top = await topLock(folder);
      refuseHeld(top, self, run);
      const path = await claim(folder, own, top.number + 1);
      if (path === null) continue;
      await removeLeftOver(folder, self);
      return { release: () => release(path, text) };
    }
  } finally {
    await rm(own, { force: true });
  }
}

/**
 * Tries for the lock with this number, by the file `own`. The path of the lock, or null when another
 * process was quicker, or this one was so slow that the number had been used and removed meanwhile.
 */
export async function claim(folder: string, own: string, number: number): Promise<string | null> {
  const path = join(folder, `lock.${number}`);
  if (!(await linked(own, path))) return null;
  const numbers = await lockNumbers(folder);
  if (numbers.some((other) => other > number)) {
    await rm(path, { force: true });
    return null;
  }
  for (const lower of numbers) {
    if (lower < number) await rm(join(folder, `lock.${lower}`), { force: true });
  }
  return path;
}

/** Who holds the run in `folder`, for people; null when nobody does, or whoever did is gone. */
export async function lockHolder(folder: string): Promise<string | null> {
  const { text, path } = await topLock(folder);
  if (text === '') return null;
  const holder = parseHolder(text);
  if (holder === null) return `somebody that ${path} does not name`;
  return livenessOf(holder, thisProcess('')) === 'gone' ? null : holderLabel(holder);
}

/** False when another process was quicker. */
async function linked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Empties the file, unless somebody removed it by hand and it is another's now. */
async function release(path: string, own: string): Promise<void> {
  if ((await ifThere(readFile(path, 'utf8'))) === own) await truncate(path);
}

async function topLock(folder: string): Promise<Top> {
  for (;;) {
    const number = Math.max(0, ...(await lockNumbers(folder)));
    const path = join(folder, `lock.${number}`);
    if (number === 0) return { number, path, text: '' };
    const text = await ifThere(readFile(path, 'utf8'));
    // Null: a higher one has taken its place meanwhile.
    if (text !== null) return { number, path, text };
  }
}

async function lockNumbers(folder: string): Promise<number[]> {
  const names = (await ifThere(readdir(folder))) ?? [];
  return names.flatMap((name) => {
    const number = /^lock\.(\d+)$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

/** What processes left behind that were killed while they tried for the lock. */
async function removeLeftOver(folder: string, self: Holder): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^lock\..+\.new$/.test(name)) continue;
    const holder = parseHolder((await ifThere(readFile(join(folder, name), 'utf8'))) ?? '');
    if (holder !== null && livenessOf(holder, self) === 'gone') await rm(join(folder, name), { force: true });
  }
}

function parseHolder(text: string): Holder | null {
  try {
    const holder = JSON.parse(text) as Holder;
    return typeof holder.pid === 'number' && typeof holder.host === 'string' ? holder : null;
  } catch {
    return null;
  }
}

function refuseHeld({ text, path }: Top, self: Holder, run: string): void {
  if (text === '') return;
  const holder = parseHolder(text);
  if (holder === null) {
    throw stateError('STATE_LOCKED', `the run ${run} is held by somebody that ${path} does not name`, {
      hint: `Check that no tablefold runs with this state; if none does, remove ${path} and run again.`,
    });
  }
  const liveness = livenessOf(holder, self);
  if (liveness === 'gone') return;
  const hint =
    liveness === 'alive'
      ? `Wait until it ends, or end it (\`kill ${holder.pid}\`): it can be resumed. If that process is not tablefold, remove ${path} and run again.`
      : `Whether it still runs cannot be seen from here: look on ${holder.host} (or in the container of that name) for process ${holder.pid}; if it is not there, remove ${path} and run again.`;
  throw stateError('STATE_LOCKED', `the run ${run} is held by ${holderLabel(holder)}`, { hint });
}

import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { linesOf } from '../../support/lines-of.js';
import type { Disk } from './disk.js';
import { ifThere } from './io-error.js';

export const COLLISION_LOG = 'collisions.ndjson';
const NEW = `${COLLISION_LOG}.new`;
/** Text written at once. */
const BUFFER = 256 * 1024;

/** Forgets those of a former run, durably. */
export async function removeCollisions(disk: Disk, folder: string): Promise<void> {
  await disk.remove(join(folder, NEW));
  await disk.remove(join(folder, COLLISION_LOG));
  await disk.syncFolder(folder);
}

/** Written beside, synced and put in its place in one step: what has the name is whole. */
export async function writeCollisions(
  disk: Disk,
  folder: string,
  lines: AsyncIterable<string>,
): Promise<void> {
  await disk.remove(join(folder, NEW));
  const file = await disk.create(join(folder, NEW));
  try {
    let text = '';
    for await (const line of lines) {
      text += `${line}\n`;
      if (text.length < BUFFER) continue;
      await file.append(text);
      text = '';
    }
    if (text !== '') await file.append(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(join(folder, NEW), join(folder, COLLISION_LOG));
  await disk.syncFolder(folder);
}

/** Null when there is no such file; opened when the first line is asked for. */
export async function readCollisions(folder: string): Promise<AsyncIterable<string> | null> {
  const path = join(folder, COLLISION_LOG);
  if ((await ifThere(stat(path))) === null) return null;
  return (async function* () {
    const file = await open(path, 'r');
    try {
      yield* linesOf(file);
    } finally {
      await file.close();
    }
  })();
}

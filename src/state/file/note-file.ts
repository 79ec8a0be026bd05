import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stateError } from '../errors.js';
import type { NoteKind } from '../state.js';
import { type Disk, makeFolder } from './disk.js';
import { ifThere } from './io-error.js';

export function noteFile(kind: NoteKind): string {
  return `${kind}.json`;
}

/** Replaces the note in one step, durably; null removes it. */
export async function saveNote(
  folder: string,
  kind: NoteKind,
  note: object | null,
  disk: Disk,
): Promise<void> {
  const path = join(folder, noteFile(kind));
  if (note === null) {
    if ((await ifThere(readFile(path))) === null) return;
    await disk.remove(path);
    await disk.syncFolder(folder);
    return;
  }
  await makeFolder(folder, disk);
  const fresh = `${path}.new`;
  await disk.remove(fresh); // what a crash left
  const file = await disk.create(fresh);
  try {
    await file.append(`${JSON.stringify(note, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(fresh, path);
  await disk.syncFolder(folder);
}

/** Throws `STATE_CORRUPT` for what is no JSON object. */
export async function readNote(folder: string, kind: NoteKind): Promise<object | null> {
  const path = join(folder, noteFile(kind));
  const text = await ifThere(readFile(path, 'utf8'));
  if (text === null) return null;
  try {
    const note: unknown = JSON.parse(text);
    if (typeof note === 'object' && note !== null) return note;
  } catch (cause) {
    throw corrupt(path, kind, cause);
  }
  throw corrupt(path, kind);
}

const HINT = {
  capacity:
    'It says what has to be changed back of the capacity of the table: look into it, then remove it by hand.',
  control: 'It is what `tablefold control` asked for: remove it by hand and ask again.',
  heeded: 'It is what the run did about `tablefold control`: remove it by hand and ask again.',
} as const satisfies { readonly [kind in NoteKind]: string };

function corrupt(path: string, kind: NoteKind, cause?: unknown): Error {
  return stateError('STATE_CORRUPT', `${path} is no note of this program`, { cause, hint: HINT[kind] });
}

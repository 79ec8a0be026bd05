/*
 * What is on the disk
 * ===================
 *
 *   STATE/                       --state, by default .tablefold
 *     RUN/                       one folder per run; RUN is the table's name
 *       run.journal              how far the run is; its existence is the run's
 *       rejects.ndjson           the items that could not be migrated, one JSON object a line
 *       collisions.ndjson        keys that several rows make, found before the first write (mappings that need it)
 *       capacity.json            what has to be changed back of the table when the run is over; outlives it
 *       control.json             what `control` asks of the process that runs it; heeded.json: what it did about that
 *       items.spill              of a diff: what it has read of both sides so far; gone when it ends (compare/spill-file.ts)
 *       rejected.spill           of a diff: the rows that no items can be made of
 *       lock.7                   who holds the run; empty: nobody
 *
 * Folders are 0700, files 0600. `*.new` is what a crash left half-written: it never counts.
 *
 * run.journal is text, in lines:
 *
 *   tablefold run, format 1
 *   5f3a0c1e 0 {"run":"…","rejectLines":3,"record":{"header":{…},"entities":{…},"finishedAt":null}}
 *   9b20e7d4 1 [{"kind":"planned","chunk":{…}},{"kind":"done","chunk":"Order/7","counts":{…},"rejectLines":0}]
 *   07c1fa52 2 [{"kind":"done","chunk":"Order/8","counts":{…},"rejectLines":1}]
 *
 * Line 2 is the run as it was when the journal was written, each further line one commit: what happened
 * since. Chunks of an entity are numbered in the order they are planned, so those below `planned` that
 * are not in `open` are done. A line begins with the CRC-32 (as of zlib, hexadecimal) of what is behind
 * the first space, then its number. Each line is synced before the next is written: only the last can be
 * cut off by a crash, and then nobody was told that it is there. When the journal has grown by 2 MB it is
 * written anew as run.journal.new, synced, and renamed; so does a resume.
 *
 * rejects.ndjson is synced before the commit that holds the `done` of its chunk. Lines of chunks that
 * are not done are void: readers leave them out, a resume removes them. `rejectLines` is how many must
 * be there for done chunks.
 *
 * collisions.ndjson is written as collisions.ndjson.new, synced and renamed before the first chunk, and not
 * changed afterwards: with it every resume decides as the first process did.
 *
 * A new run in place of an old one: run.journal.new is synced, run.journal removed, collisions.ndjson removed,
 * rejects.ndjson made anew, run.journal.new renamed. To forget a run by hand, remove its folder.
 */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkRunName } from '../run-name.js';
import type { RejectLine, RunState, RunStatus, StateStore } from '../state.js';
import { COLLISION_LOG, readCollisions } from './collision-file.js';
import { type Disk, makeFolder, nodeDisk } from './disk.js';
import { FileRun } from './file-run.js';
import { ifThere, ioError } from './io-error.js';
import { JOURNAL, JOURNAL_GROWTH, readJournal } from './journal.js';
import { noteFile, readNote, saveNote } from './note-file.js';
import { doneLines, openLog, REJECT_LOG } from './reject-log.js';
import { lockHolder, takeLock } from './run-lock.js';

export interface FileStateOptions {
  readonly disk?: Disk;
  /** Bytes that a journal grows before it is written anew. */
  readonly journalGrowth?: number;
}

/** Runs in a folder, which is made when the first one is opened. Reading makes and changes nothing. */
export function fileState(location: string, options: FileStateOptions = {}): StateStore {
  const { disk = nodeDisk, journalGrowth = JOURNAL_GROWTH } = options;
  const root = resolve(location);

  function folderOf(name: string): string {
    checkRunName(name);
    return join(root, name);
  }

  return {
    label: location,
    async open(name) {
      const folder = folderOf(name);
      return orIoError(folder, () => openFolder(folder, name, disk, journalGrowth));
    },
    async read(name) {
      const folder = folderOf(name);
      return orIoError(folder, () => readFolder(folder));
    },
    list: () => orIoError(root, () => foldersWith(root, JOURNAL)),
    async collisions(name) {
      const folder = folderOf(name);
      return orIoError(folder, () => readCollisions(folder));
    },
    async saveNote(name, kind, note) {
      const folder = folderOf(name);
      await orIoError(folder, () => saveNote(folder, kind, note, disk));
    },
    async note(name, kind) {
      const folder = folderOf(name);
      return orIoError(folder, () => readNote(folder, kind));
    },
    notes: (kind) => orIoError(root, () => foldersWith(root, noteFile(kind))),
    async *rejects(name) {
      const folder = folderOf(name);
      try {
        yield* rejectsOf(folder);
      } catch (error) {
        throw ioError(error, folder);
      }
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

async function openFolder(
  folder: string,
  name: string,
  disk: Disk,
  journalGrowth: number,
): Promise<RunState> {
  await makeFolder(folder, disk);
  const lock = await takeLock(folder, name);
  try {
    return new FileRun({ folder, disk, lock, found: await readJournal(folder), journalGrowth });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function readFolder(folder: string): Promise<RunStatus | null> {
  // The holder first: a run that ends in between is then seen as finished, not as interrupted.
  const holder = await lockHolder(folder);
  const found = await readJournal(folder);
  if (found === null) return null;
  return {
    record: found.progress.record(),
    holder,
    rejectLog: join(folder, REJECT_LOG),
    collisionLog: join(folder, COLLISION_LOG),
  };
}

async function foldersWith(root: string, file: string): Promise<readonly string[]> {
  const entries = (await ifThere(readdir(root, { withFileTypes: true }))) ?? [];
  const found: string[] = [];
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    if ((await ifThere(stat(join(root, name, file)))) !== null) found.push(name);
  }
  return found.sort();
}

async function* rejectsOf(folder: string): AsyncGenerator<RejectLine, void, undefined> {
  for (;;) {
    const found = await readJournal(folder);
    if (found === null) return;
    const log = await openLog(folder);
    // Another run may have begun in between: the log that was opened is then perhaps not of this one.
    const now = await readJournal(folder);
    if (now?.run === found.run) {
      yield* doneLines(folder, log, found.progress);
      return;
    }
    await log?.close();
  }
}

async function orIoError<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw ioError(error, path);
  }
}

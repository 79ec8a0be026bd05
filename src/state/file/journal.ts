import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent } from '../progress.js';
import type { Disk, DiskFile } from './disk.js';
import { ifThere } from './io-error.js';
import { commitText, type FoundRun, headText, type JournalHead, parseJournal } from './journal-format.js';

export const JOURNAL = 'run.journal';
const NEW = `${JOURNAL}.new`;

/**
 * Growth after which a journal is written anew. 2 MB are about 10,000 chunks and 20 ms of reading, and
 * writing it anew costs what a few commits do, since a head is as small as the open chunks are few.
 */
export const JOURNAL_GROWTH = 2 * 1024 * 1024;

/** The journal of a live run. Calls must not overlap: its owner commits one thing after the other. */
export class Journal {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #growth: number;
  #file: DiskFile;
  #headBytes: number;
  #bytes: number;
  #sequence = 0;

  private constructor(disk: Disk, folder: string, growth: number, file: DiskFile, bytes: number) {
    this.#disk = disk;
    this.#folder = folder;
    this.#growth = growth;
    this.#file = file;
    this.#headBytes = bytes;
    this.#bytes = bytes;
  }

  /** Writes a journal beside the one that is there, if any. It counts from `install` on. */
  static async prepare(disk: Disk, folder: string, head: JournalHead, growth: number): Promise<Journal> {
    const text = headText(head);
    return new Journal(disk, folder, growth, await writeNew(disk, folder, text), text.length);
  }

  /** Puts it in the place of the other, in one step. */
  async install(): Promise<void> {
    await this.#disk.rename(join(this.#folder, NEW), join(this.#folder, JOURNAL));
    await this.#disk.syncFolder(this.#folder);
  }

  /** It should be written anew: as a head that holds the next events too, in place of `append`. */
  get full(): boolean {
    return this.#bytes - this.#headBytes > this.#growth;
  }

  /** Resolves when the events are on stable storage. They are there all or none after a crash. */
  async append(events: readonly RunEvent[]): Promise<void> {
    this.#sequence += 1;
    const text = commitText(this.#sequence, events);
    await this.#file.append(text);
    await this.#file.sync();
    this.#bytes += text.length;
  }

  /** Puts a journal of nothing but `head` in place of this one. A crash leaves the one or the other. */
  async compact(head: JournalHead): Promise<void> {
    const text = headText(head);
    const old = this.#file;
    this.#file = await writeNew(this.#disk, this.#folder, text);
    await old.close();
    await this.install();
    this.#headBytes = text.length;
    this.#bytes = text.length;
    this.#sequence = 0;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

async function writeNew(disk: Disk, folder: string, text: string): Promise<DiskFile> {
  const path = join(folder, NEW);
  await disk.remove(path);
  const file = await disk.create(path);
  try {
    await file.append(text);
    await file.sync();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * What the journal in `folder` says, or null when there is none. Needs no lock: a journal is replaced
 * by renaming, and one that grows is only longer the next time. Throws `STATE_CORRUPT`, `STATE_FORMAT`.
 */
export async function readJournal(folder: string): Promise<FoundRun | null> {
  const path = join(folder, JOURNAL);
  const text = await ifThere(readFile(path, 'utf8'));
  return text === null ? null : parseJournal(text, path);
}

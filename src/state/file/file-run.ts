import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Chunk } from '../../source/source.js';
import { Progress, type RunEvent, resumed } from '../progress.js';
import type { Counts, RejectLine, RunHeader, RunRecord, RunState, SnapshotTaken } from '../state.js';
import { removeCollisions, writeCollisions } from './collision-file.js';
import type { Disk, DiskFile } from './disk.js';
import { ioError } from './io-error.js';
import { JOURNAL, Journal } from './journal.js';
import type { FoundRun, JournalHead } from './journal-format.js';
import { keepDoneLines, newRejectLog, rejectText } from './reject-log.js';
import type { RunLock } from './run-lock.js';

export interface FileRunParts {
  readonly folder: string;
  readonly disk: Disk;
  readonly lock: RunLock;
  readonly found: FoundRun | null;
  /** Bytes that a journal grows before it is written anew. */
  readonly journalGrowth: number;
}

/** Reject lines kept in memory before they are written, in UTF-16 units; synced only with a `done`. */
const REJECT_BUFFER = 1024 * 1024;

interface Live {
  readonly run: string;
  readonly progress: Progress;
  readonly journal: Journal;
  readonly rejectLog: DiskFile;
}

/** What one commit writes: the reject lines first, then the events. */
interface Commit {
  readonly rejects: string;
  readonly events: readonly RunEvent[];
  readonly waiting: readonly Waiting[];
  /** In place of the events, when the journal is to be written anew: all up to these. */
  readonly head: JournalHead | null;
}

interface Waiting {
  resolve(): void;
  reject(reason: unknown): void;
}

/**
 * A run in its folder, held under its lock. One commit at a time: what is called while one is under way
 * goes into the next, so that many chunks share the two syncs of a commit. After the first error of the
 * disk nothing is written any more and every later call fails with it: what an fsync that failed left
 * behind, nobody knows (https://lwn.net/Articles/752063/).
 */
export class FileRun implements RunState {
  readonly record: RunRecord | null;
  readonly scratch: string;
  readonly #parts: FileRunParts;
  /** To be closed at the end, also when the start went wrong half-way. */
  readonly #open: { close(): Promise<void> }[] = [];
  #live: Live | null = null;
  #begun = false;
  #ended: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;
  #committing: Promise<void> | null = null;
  #rejects = '';
  #rejectsUnsynced = false;
  #events: RunEvent[] = [];
  #waiting: Waiting[] = [];

  constructor(parts: FileRunParts) {
    this.#parts = parts;
    this.scratch = parts.folder;
    this.record = parts.found?.progress.record() ?? null;
  }

  begin(header: RunHeader): Promise<void> {
    return this.#start(async ({ disk, folder, journalGrowth }) => {
      const progress = new Progress(header);
      const run = randomUUID();
      const journal = await Journal.prepare(disk, folder, headOf(run, progress), journalGrowth);
      // In this order a crash leaves the former run, none, or this one: the journal decides which, and
      // a reject log or a file of collisions never stands beside the journal of another run.
      this.#open.push(journal);
      await disk.remove(join(folder, JOURNAL));
      await disk.syncFolder(folder);
      await removeCollisions(disk, folder);
      const rejectLog = await newRejectLog(disk, folder);
      this.#open.push(rejectLog);
      await journal.install();
      return { run, progress, journal, rejectLog };
    });
  }

  resume(snapshot: SnapshotTaken | null): Promise<void> {
    return this.#start(async ({ disk, folder, found, journalGrowth }) => {
      if (found === null || this.record === null) throw new Error('there is no run to resume');
      const rejectLog = await keepDoneLines(disk, folder, found.progress);
      this.#open.push(rejectLog);
      const progress = resumed(this.record, found.progress.rejectLines, snapshot);
      const journal = await Journal.prepare(disk, folder, headOf(found.run, progress), journalGrowth);
      this.#open.push(journal);
      await journal.install();
      return { run: found.run, progress, journal, rejectLog };
    });
  }

  async saveCollisions(lines: AsyncIterable<string>): Promise<void> {
    this.#started();
    const { disk, folder } = this.#parts;
    await writeCollisions(disk, folder, lines);
  }

  planned(chunk: Chunk): void {
    this.#record({ kind: 'planned', chunk });
  }

  plannedAll(entity: string): void {
    this.#record({ kind: 'plannedAll', entity });
  }

  reject(line: RejectLine): void {
    // An item that was under way when the run was given up: its chunk stays open, so its lines are void.
    if (this.#ended !== null || this.#failure !== null) return;
    this.#started().progress.rejected(line.chunk);
    this.#rejects += rejectText(line);
    if (this.#rejects.length >= REJECT_BUFFER) this.#commitSoon();
  }

  async done(chunk: Chunk, counts: Counts): Promise<void> {
    const rejectLines = this.#started().progress.rejectLinesOf(chunk.id);
    this.#record({ kind: 'done', chunk: chunk.id, counts, rejectLines });
    await this.#committed();
  }

  async snapshot(snapshot: SnapshotTaken): Promise<void> {
    this.#record({ kind: 'snapshot', snapshot });
    await this.#committed();
  }

  async keep(kept: object): Promise<void> {
    this.#record({ kind: 'kept', kept });
    await this.#committed();
  }

  async finish(at: string): Promise<void> {
    this.#record({ kind: 'finished', at });
    await this.#committed();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #start(open: (parts: FileRunParts) => Promise<Live>): Promise<void> {
    if (this.#begun || this.#ended !== null) throw new Error('the run has begun already, or was let go');
    this.#begun = true;
    try {
      this.#live = await open(this.#parts);
    } catch (error) {
      throw this.#fail(error);
    }
  }

  #started(): Live {
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#live === null || this.#ended !== null) throw new Error('the run has not begun, or was let go');
    return this.#live;
  }

  #record(event: RunEvent): void {
    this.#started().progress.apply(event);
    this.#events.push(event);
    this.#commitSoon();
  }

  /** Resolves when everything recorded so far is on stable storage. */
  #committed(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #commitSoon(): void {
    this.#committing ??= this.#commitAll();
  }

  async #commitAll(): Promise<void> {
    // What else is recorded in this turn shares the first commit.
    await nextTurn();
    while (this.#live !== null && (this.#events.length > 0 || this.#rejects !== '')) {
      const commit = this.#take(this.#live);
      try {
        await this.#write(this.#live, commit);
        for (const { resolve } of commit.waiting) resolve();
      } catch (error) {
        const failure = this.#fail(error);
        for (const { reject } of [...commit.waiting, ...this.#waiting]) reject(failure);
        break;
      }
    }
    this.#committing = null;
  }

  #take({ run, progress, journal }: Live): Commit {
    const head = journal.full ? headOf(run, progress) : null;
    const commit = { rejects: this.#rejects, events: this.#events, waiting: this.#waiting, head };
    this.#rejects = '';
    this.#events = [];
    this.#waiting = [];
    return commit;
  }

  async #write({ journal, rejectLog }: Live, { rejects, events, head }: Commit): Promise<void> {
    if (rejects !== '') {
      this.#rejectsUnsynced = true;
      await rejectLog.append(rejects);
    }
    if (this.#rejectsUnsynced && events.some(({ kind }) => kind === 'done')) {
      await rejectLog.sync();
      this.#rejectsUnsynced = false;
    }
    if (head !== null) await journal.compact(head);
    else if (events.length > 0) await journal.append(events);
  }

  #fail(error: unknown): unknown {
    const failure = ioError(error, this.#parts.folder);
    this.#failure = { error: failure };
    return failure;
  }

  async #end(): Promise<void> {
    await this.#committing;
    this.#live = null;
    const closed = await Promise.allSettled(this.#open.map((file) => file.close()));
    const released = await Promise.allSettled([this.#parts.lock.release()]);
    const failed = [...closed, ...released].find(({ status }) => status === 'rejected');
    // Once the disk has failed and said so, the lock may stay: it is free when this process ends.
    if (failed?.status === 'rejected' && this.#failure === null) {
      throw ioError(failed.reason, this.#parts.folder);
    }
  }
}

function headOf(run: string, progress: Progress): JournalHead {
  return { run, rejectLines: progress.rejectLines, record: progress.record() };
}

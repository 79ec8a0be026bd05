import { tmpdir } from 'node:os';
import { ItemJoin } from '../compare/item-join.js';
import type { Chunk } from '../source/source.js';
import { type Counts, NO_COUNTS } from '../state/state.js';
import { messageOf } from '../support/error.js';
import { type Logger, silentLogger } from '../support/log.js';
import { type Clock, systemClock } from '../support/time.js';
import type { ChunkRows, DiffCheckpoint, ScanSegment } from './diff-checkpoint.js';
import { keptError } from './diff-disk.js';
import type { DiffRun } from './diff-run.js';
import type { DiffTally } from './diff-tally.js';
import { runError } from './errors.js';
import { RejectedRows } from './rejected-rows.js';

/** Segments of the table that are read at once. */
const SEGMENTS = 8;

/**
 * A checkpoint a second at first, later one for each hundredth of the time that was spent: a kill costs no more, and a
 * checkpoint, which cuts the blocks of all buckets short, is made some hundred times in a day and not 86,400 times.
 */
const SHARE_OF_TIME = 0.01;

const NO_ROWS: ChunkRows = { rows: 0, items: 0, rejects: 0 };
const NOTHING_READ: Pick<DiffCheckpoint, 'open' | 'segments' | 'found'> = {
  open: {},
  segments: null,
  found: { items: 0, readUnits: null, extra: [] },
};

export interface ProgressOptions {
  /** Null: nothing is kept, and a kill costs all. */
  readonly run: DiffRun | null;
  readonly tally: DiffTally;
  /** For temporary files; default: the system's place for them. */
  readonly scratch?: string | undefined;
  readonly clock?: Clock | undefined;
  readonly log?: Logger | undefined;
}

/**
 * What a diff has read of both sides, and how far it is. Pages are taken whole, in one turn of the event loop, so that
 * a checkpoint, which is drawn up in one turn too, has all of a page or nothing. Comparing is not recorded: it is done
 * again from what was read.
 */
export class DiffProgress implements AsyncDisposable {
  readonly join: ItemJoin;
  readonly rejected: RejectedRows;
  /** Rows that the processes before this one have read. */
  readonly rowsBefore: number;
  readonly #options: ProgressOptions;
  readonly #clock: Clock;
  readonly #begun: number;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #open: Map<string, ChunkRows>;
  #done: { readonly chunk: Chunk; readonly counts: Counts }[] = [];
  #segments: ScanSegment[] | null;
  /** Something was read since the last checkpoint. */
  #fresh = false;
  /** A page was taken in part: what is in memory is no whole number of pages any more. */
  #torn = false;
  #savedAt: number;
  /** There is a checkpoint. */
  #kept: boolean;
  #saving: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(options: ProgressOptions) {
    const { run, tally, scratch = tmpdir(), clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#begun = clock.now();
    this.#savedAt = this.#begun;
    this.join = new ItemJoin({ folder: run?.folder ?? scratch, kept: run?.files.items });
    this.rejected = new RejectedRows(run?.files.rejected ?? null);
    const { open, segments, found } = run?.checkpoint ?? NOTHING_READ;
    this.#kept = (run?.checkpoint ?? null) !== null;
    this.#open = new Map(Object.entries(open));
    this.#segments = segments === null ? null : [...segments];
    tally.found = found;
    this.rowsBefore = this.#countRows();
    if (run !== null)
      this.#timer = setInterval(() => this.#saveSoon(run.checkpointMs), run.checkpointMs).unref();
  }

  /** All rows were read: what is left is the table. */
  get rowsAreRead(): boolean {
    return this.#segments !== null;
  }

  /** Of the Scan, in their order. */
  get segments(): readonly ScanSegment[] {
    return this.#segments ?? [];
  }

  /** Ids of chunks that were read in part. */
  get openChunks(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** Rows of a chunk that were read already. */
  rowsOf({ id }: Chunk): number {
    return (this.#open.get(id) ?? NO_ROWS).rows;
  }

  /** Takes a page of rows; `work` says what became of them. Throws `STATE_IO` where they cannot be kept. */
  takeRows({ id }: Chunk, work: () => ChunkRows): void {
    this.#whole(() => {
      const page = work();
      const { rows, items, rejects } = this.#open.get(id) ?? NO_ROWS;
      const sum = { rows: rows + page.rows, items: items + page.items, rejects: rejects + page.rejects };
      this.#open.set(id, sum);
    });
  }

  /** Every row of it was taken. */
  chunkRead(chunk: Chunk): void {
    const { rows, items, rejects } = this.#open.get(chunk.id) ?? NO_ROWS;
    this.#open.delete(chunk.id);
    if (this.#options.run === null) return;
    this.#done.push({ chunk, counts: { ...NO_COUNTS, rows, written: items, rejects } });
    this.#fresh = true;
  }

  /** Resolves when that is kept. */
  async rowsRead(): Promise<void> {
    this.#segments = Array.from({ length: SEGMENTS }, () => ({ after: null, done: false }));
    this.#fresh = true;
    await this.save();
  }

  /** Takes a page of a segment of the table; `after`: where the next one begins, or null. Throws `STATE_IO`. */
  takeItems(segment: number, after: ScanSegment['after'], work: () => void): void {
    this.#whole(() => {
      work();
      if (this.#segments !== null) this.#segments[segment] = { after, done: after === null };
    });
  }

  /** Resolves when all that was read is kept. Throws `STATE_IO`. */
  async save(): Promise<void> {
    while (this.#saving !== null) await this.#saving;
    if (this.#failure !== null) throw this.#failure.error;
    this.#saving = this.#save().finally(() => {
      this.#saving = null;
    });
    await this.#saving;
  }

  /** The error that a diff ends with: keeps what was read, as far as that goes, and says how to go on with it. */
  async ended(error: unknown, signal: AbortSignal): Promise<unknown> {
    const { run, log = silentLogger } = this.#options;
    if (run === null) return error;
    try {
      await this.save();
    } catch (failure) {
      if (failure !== error) log.warn({ why: messageOf(failure) }, 'what was read last is not kept');
      return error;
    }
    const { label, goOn } = run;
    if (signal.aborted) {
      return runError('RUN_INTERRUPTED', `interrupted; ${this.#said()} kept in ${label}`, {
        cause: error,
        hint: `Go on with: ${goOn}`,
      });
    }
    if (this.#kept) log.warn({ kept: label, goOn }, 'what was read is kept');
    return error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#saving?.catch(() => undefined); // whoever waited for it was told
    this.join[Symbol.dispose]();
  }

  #whole(take: () => void): void {
    if (this.#failure !== null) throw this.#failure.error;
    try {
      take();
    } catch (error) {
      this.#torn = true;
      throw this.#explained(error);
    }
    this.#fresh = true;
  }

  #saveSoon(leastMs: number): void {
    const now = this.#clock.now();
    const interval = Math.max(leastMs, (now - this.#begun) * SHARE_OF_TIME);
    if (!this.#fresh || this.#saving !== null || now - this.#savedAt < interval) return;
    this.save().catch(() => undefined); // the next page is told
  }

  async #save(): Promise<void> {
    const { run, tally } = this.#options;
    if (run === null || this.#torn || !this.#fresh) return;
    const { files, state } = run;
    try {
      // From here to `sync` in one turn: nothing is read meanwhile.
      this.join.flush();
      this.rejected.flush();
      const bytes = { items: files.items.bytes, rejected: files.rejected.bytes };
      const open = Object.fromEntries(this.#open);
      const segments = this.#segments === null ? null : [...this.#segments];
      const checkpoint: DiffCheckpoint = { bytes, open, segments, found: tally.found };
      const done = this.#done;
      this.#done = [];
      this.#fresh = false;
      this.#savedAt = this.#clock.now();
      await Promise.all([files.items.sync(), files.rejected.sync()]);
      await Promise.all([
        ...done.map(({ chunk, counts }) => state.done(chunk, counts)),
        state.keep(checkpoint),
      ]);
      this.#kept = true;
    } catch (error) {
      this.#failure = { error: this.#explained(error) };
      throw this.#failure.error;
    }
  }

  #explained(error: unknown): unknown {
    const { run } = this.#options;
    return run === null ? error : keptError(error, run.folder, run.goOn);
  }

  /** Rows that were read before, into the tally. */
  #countRows(): number {
    const { run, tally } = this.#options;
    let all = 0;
    for (const [entity, { counts }] of Object.entries(run?.resumed?.entities ?? {})) {
      tally.rows(entity, counts.rows);
      tally.rejects += counts.rejects;
      all += counts.rows;
    }
    for (const [id, { rows, rejects }] of this.#open) {
      tally.rows(id.slice(0, id.lastIndexOf('/')), rows);
      tally.rejects += rejects;
      all += rows;
    }
    return all;
  }

  #said(): string {
    const { tally } = this.#options;
    const rows = tally.entities.reduce((sum, entity) => sum + entity.rows, 0);
    const items = this.rowsAreRead ? ` and ${tally.items} items of the table` : '';
    return `${rows} rows${items} are read and`;
  }
}

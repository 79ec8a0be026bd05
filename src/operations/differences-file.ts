import { randomUUID } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Collision } from '../collisions/collision.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import type { Sink } from '../sink/sink.js';
import type { Source } from '../source/source.js';
import { messageOf } from '../support/error.js';
import { redact } from '../support/redact.js';
import type { Difference, DiffReport } from './diff-report.js';
import type { SampleOfItems } from './diff-sample.js';
import { runError, usageError } from './errors.js';

/**
 * What a diff has found, one JSON object a line: a header, collisions and differences, and an end. Without an end,
 * or with one that is not complete, the diff did not see everything.
 */
export type DifferencesLine = DifferencesHeader | Difference | CollisionLine | DifferencesEnd;

/** The first line: what was compared. */
export interface DifferencesHeader {
  readonly kind: 'diff';
  readonly format: 1;
  /** Version of the program that wrote it. */
  readonly tablefold: string;
  readonly runId: string;
  readonly startedAt: string;
  readonly mappingDigest: string;
  readonly source: string;
  readonly table: string;
  /** Null: all of the mapping. */
  readonly entities: readonly string[] | null;
  /** Items that were compared at most; null: all, and all that the table holds. */
  readonly sample: number | null;
}

export interface CollisionLine extends Collision {
  readonly kind: 'collision';
}

/** The last line. */
export type DifferencesEnd =
  | { readonly kind: 'end'; readonly complete: false; readonly reason: string }
  | ({
      readonly kind: 'end';
      readonly complete: true;
      readonly endedAt: string;
      /** Between the header and this one. */
      readonly lines: number;
    } & Pick<DiffReport, 'totals' | 'foreign' | 'otherEntities' | 'extraAttributes' | 'rows' | 'items'>);

/** Of a diff that begins now, or of `run`, whenever that began. */
export function differencesHeader(
  version: string,
  {
    mapping,
    source,
    sink,
    entities,
    sample,
    run,
  }: {
    readonly mapping: Pick<LoadedMapping, 'digest'>;
    readonly source: Pick<Source, 'label'>;
    readonly sink: Pick<Sink, 'label'>;
    readonly entities?: readonly string[] | undefined;
    readonly sample?: SampleOfItems | undefined;
    readonly run?: { readonly runId: string; readonly startedAt: string } | undefined;
  },
): DifferencesHeader {
  return {
    kind: 'diff',
    format: 1,
    tablefold: version,
    runId: run?.runId ?? randomUUID(),
    startedAt: run?.startedAt ?? new Date().toISOString(),
    mappingDigest: mapping.digest,
    source: source.label,
    table: sink.label,
    entities: entities ?? null,
    sample: sample?.size ?? null,
  };
}

/** The run's id is within so many bytes of the first line. */
const HEADER_BYTES = 4096;

export interface DifferencesWriter extends AsyncDisposable {
  /** Appends one line. Throws `RUN_OUTPUT` when the disk does not take it. */
  readonly add: (difference: Difference) => Promise<void>;
  readonly addCollision: (collision: Collision) => Promise<void>;
  /** Says that nothing is left out, durably; without it, closing says that something is. */
  readonly end: (report: DiffReport) => Promise<void>;
  /** Why something is left out. */
  readonly fail: (reason: unknown) => void;
}

/**
 * A new file, in the place of what the same run has written there before, if anything. Throws `USAGE_VALUE` where
 * another one is already or it cannot be made, `RUN_OUTPUT`.
 */
export async function openDifferences(path: string, header: DifferencesHeader): Promise<DifferencesWriter> {
  let file: FileHandle;
  try {
    file = (await reopened(path, header)) ?? (await open(path, 'wx', 0o600));
  } catch (error) {
    throw usageError('USAGE_VALUE', `--out ${path} cannot be written: ${messageOf(error)}`, {
      cause: error,
      hint: 'Name a file that is not there yet, in a folder that is.',
    });
  }
  let lines = 0;
  let ended = false;
  let reason = 'it was interrupted';
  const append = async (line: DifferencesLine) => {
    try {
      await file.appendFile(`${JSON.stringify(line)}\n`);
    } catch (error) {
      throw runError('RUN_OUTPUT', `cannot write ${path}: ${messageOf(error)}`, {
        cause: error,
        hint: 'Free some space there, then run the same command again with another --out FILE.',
      });
    }
  };
  const add = async (line: Difference | CollisionLine) => {
    await append(line);
    lines += 1;
  };
  await append(header);
  return {
    add,
    addCollision: (collision) => add({ kind: 'collision', ...collision }),
    fail(error) {
      reason = redact(messageOf(error));
    },
    async end({ totals, foreign, otherEntities, extraAttributes, rows, items }) {
      const sums = { totals, foreign, otherEntities, extraAttributes, rows, items };
      const endedAt = new Date().toISOString();
      await append({ kind: 'end', complete: true, endedAt, lines, ...sums });
      await file.sync();
      ended = true;
    },
    async [Symbol.asyncDispose]() {
      try {
        if (!ended) await append({ kind: 'end', complete: false, reason });
      } finally {
        await file.close();
      }
    },
  };
}

/** Of a run that goes on: its own file, empty again; null where there is none, or another's. */
async function reopened(path: string, { runId }: DifferencesHeader): Promise<FileHandle | null> {
  const file = await open(path, 'r+').catch(() => null); // why it cannot be, the making of a new one says
  if (file === null) return null;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
  if (buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0]?.includes(`"runId":"${runId}"`)) {
    await file.truncate();
    return file;
  }
  await file.close();
  return null;
}

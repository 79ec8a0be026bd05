import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf } from '../support/error.js';
import { linesOf } from '../support/lines-of.js';
import type { Difference } from './diff-report.js';
import type { DifferencesEnd, DifferencesHeader, DifferencesLine } from './differences-file.js';
import { runError } from './errors.js';

/** A differences file that was read to its end and found whole. */
export interface ReadDifferences extends AsyncDisposable {
  readonly header: DifferencesHeader;
  readonly end: Extract<DifferencesEnd, { readonly complete: true }>;
  /** Every difference once more, from the disk. */
  differences(): AsyncIterable<Difference>;
}

const text = z.string();
const whole = z.int().min(0);
const value = z.record(text, z.unknown());
const item = z.record(text, value);

const header = z.object({
  kind: z.literal('diff'),
  format: z.literal(1),
  tablefold: text,
  runId: text,
  startedAt: z.iso.datetime(),
  mappingDigest: text,
  source: text,
  table: text,
  entities: z.array(text).nullable(),
  sample: whole.nullable().default(null),
});

/** Of whichever version. */
const headerFormat = z.object({ kind: z.literal('diff'), format: z.number() });

const difference = z.object({
  kind: z.enum(['missing', 'different', 'orphan']),
  entity: text,
  copy: text.nullable(),
  key: item,
  source: text,
  attributes: z.array(z.object({ name: text, expected: value.nullable(), found: value.nullable() })),
  stale: z.boolean(),
  fingerprint: text.nullable(),
});

const collidingItem = z.object({ entity: text, copy: text, source: text });
const collision = z.object({
  kind: z.literal('collision'),
  key: text,
  items: whole,
  sources: z.array(collidingItem),
  winner: collidingItem.nullable(),
  exact: z.boolean(),
});

const counts = {
  ...{ expected: whole, same: whole, missing: whole, different: whole, stale: whole },
  ...{ orphans: whole, expired: whole, changed: whole, rejects: whole },
};
const end = z.discriminatedUnion('complete', [
  z.object({ kind: z.literal('end'), complete: z.literal(false), reason: text }),
  z.object({
    kind: z.literal('end'),
    complete: z.literal(true),
    endedAt: z.iso.datetime(),
    lines: whole,
    totals: z.object(counts),
    foreign: whole,
    otherEntities: whole,
    extraAttributes: z.record(text, whole),
    rows: whole,
    items: whole,
  }),
]);

const anyLine = z.union([header, difference, collision, end]) satisfies z.ZodType<DifferencesLine>;

/** Reads the whole file. Throws `RUN_DIFFERENCES` with the line that is wrong, or why it is not complete. */
export async function readDifferences(path: string): Promise<ReadDifferences> {
  const file = await openFile(path);
  try {
    let first: DifferencesHeader | null = null;
    let last: DifferencesLine | null = null;
    let lines = 0;
    for await (const line of parsedLines(file, path)) {
      lines += 1;
      if (last?.kind === 'end') throw unreadable(path, lines, 'nothing may follow the end');
      if ((line.kind === 'diff') !== (lines === 1)) {
        throw unreadable(path, lines, 'the header has to be the first line, and no other');
      }
      if (line.kind === 'diff') first = line;
      last = line;
    }
    if (first === null) throw unreadable(path, 1, 'the header is missing');
    if (last?.kind !== 'end') throw incomplete(path, 'it has no end: the diff was killed');
    if (!last.complete) throw incomplete(path, last.reason);
    if (last.lines !== lines - 2) {
      throw incomplete(path, `${last.lines} lines were written and ${lines - 2} are there`);
    }
    return {
      header: first,
      end: last,
      async *differences() {
        for await (const line of parsedLines(file, path)) if (isDifference(line)) yield line;
      },
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw runError('RUN_DIFFERENCES', `cannot read ${path}: ${messageOf(error)}`, {
      cause: error,
      hint: 'Name a file that `tablefold diff --out FILE` has written.',
    });
  }
}

async function* parsedLines(
  file: FileHandle,
  path: string,
): AsyncGenerator<DifferencesLine, void, undefined> {
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch (error) {
      throw unreadable(path, number, messageOf(error), error);
    }
    const format = number === 1 ? headerFormat.safeParse(json).data?.format : 1;
    if (format !== undefined && format !== 1) {
      throw unreadable(
        path,
        number,
        `it is of format ${format}, and this version of tablefold reads format 1`,
      );
    }
    const read = anyLine.safeParse(json);
    if (!read.success) throw unreadable(path, number, 'it is no line of a diff', read.error);
    yield read.data;
  }
}

function isDifference(line: DifferencesLine): line is Difference {
  return line.kind === 'missing' || line.kind === 'different' || line.kind === 'orphan';
}

function unreadable(path: string, line: number, why: string, cause?: unknown): Error {
  return runError('RUN_DIFFERENCES', `${path}, line ${line}: ${why}`, {
    cause,
    hint: 'Run `tablefold diff --out FILE` again, and leave its file as it is.',
  });
}

function incomplete(path: string, why: string): Error {
  return runError('RUN_DIFFERENCES', `${path} is not of a whole diff: ${why}`, {
    hint: 'Run `tablefold diff --out FILE` again, to its end.',
  });
}

import { type FileHandle, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { WireItem } from '../../item/attribute-value.js';
import { canonicalKey } from '../../item/canonical.js';
import { messageOf } from '../../support/error.js';
import { linesOf } from '../../support/lines-of.js';
import { syncFolder } from '../../support/sync-folder.js';
import { runError, usageError } from '../errors.js';

/**
 * What a prune deletes, one JSON object a line: a header, then `{"Item":{…}}` in DynamoDB JSON before each delete,
 * and `{"kept":{…}}` with the key where it was not deleted after all.
 */
export interface UndoHeader {
  readonly kind: 'undo';
  readonly format: 1;
  readonly table: string;
  readonly startedAt: string;
}

export interface UndoWriter extends AsyncDisposable {
  /** Resolves when the items are on stable storage: only then they may be deleted. */
  readonly add: (items: readonly WireItem[]) => Promise<void>;
  readonly keep: (keys: readonly WireItem[]) => Promise<void>;
}

/** A new file. Throws `USAGE_VALUE` where one is already or cannot be made, `RUN_OUTPUT`. */
export async function openUndo(path: string, header: UndoHeader): Promise<UndoWriter> {
  let file: FileHandle;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    throw usageError('USAGE_VALUE', `the undo file ${path} cannot be made: ${messageOf(error)}`, {
      cause: error,
      hint: 'Name one that is not there yet with --out FILE, in a folder that is.',
    });
  }
  const append = async (lines: readonly object[]) => {
    if (lines.length === 0) return;
    try {
      await file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      await file.sync();
    } catch (error) {
      throw runError('RUN_OUTPUT', `cannot write ${path}: ${messageOf(error)}`, {
        cause: error,
        hint: `What is not in it was not deleted. Free some space there, then run prune again; --undo ${path} puts back what was deleted.`,
      });
    }
  };
  await append([header]);
  await syncFolder(dirname(resolve(path)));
  return {
    add: (items) => append(items.map((Item) => ({ Item }))),
    keep: (keys) => append(keys.map((kept) => ({ kept }))),
    [Symbol.asyncDispose]: () => file.close(),
  };
}

const wireItem = z.record(z.string(), z.record(z.string(), z.unknown()));
const header = z.object({
  kind: z.literal('undo'),
  format: z.literal(1),
  table: z.string(),
  startedAt: z.iso.datetime(),
});
const body = z.union([z.object({ Item: wireItem }), z.object({ kept: wireItem })]);

export interface ReadUndo extends AsyncDisposable {
  readonly header: UndoHeader;
  /** How many were deleted. */
  readonly items: number;
  /** Each that was deleted, from the disk. */
  deleted(): AsyncIterable<WireItem>;
}

/**
 * A last line that a kill cut off is of an item that was not deleted. `keys`: names of the table's partition and sort
 * key. Throws `RUN_DIFFERENCES` with the line that is wrong.
 */
export async function readUndo(path: string, keys: readonly string[]): Promise<ReadUndo> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw wrong(`cannot read ${path}: ${messageOf(error)}`, error);
  }
  try {
    let first: UndoHeader | null = null;
    const kept = new Set<string>();
    let items = 0;
    for await (const line of undoLines(file, path)) {
      if ('kind' in line) first = line;
      else if ('kept' in line) kept.add(canonicalKey(line.kept, keys));
      else items += 1;
    }
    if (first === null) throw wrong(`${path} is empty`);
    return {
      header: first,
      items: items - kept.size,
      async *deleted() {
        for await (const line of undoLines(file, path)) {
          if ('Item' in line && !kept.has(canonicalKey(line.Item, keys))) yield line.Item;
        }
      },
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

type UndoLine = UndoHeader | { readonly Item: WireItem } | { readonly kept: WireItem };

async function* undoLines(file: FileHandle, path: string): AsyncGenerator<UndoLine, void, undefined> {
  let number = 0;
  for await (const text of wholeLines(file)) {
    number += 1;
    yield undoLine(text, number, path);
  }
}

function undoLine(text: string, number: number, path: string): UndoLine {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw wrong(`${path}, line ${number}: ${messageOf(error)}`, error);
  }
  const read = (number === 1 ? header : body).safeParse(json);
  if (!read.success) throw wrong(`${path}, line ${number}: it is no line of an undo file`, read.error);
  return read.data;
}

/** Lines that end in a line feed. */
async function* wholeLines(file: FileHandle): AsyncGenerator<string, void, undefined> {
  const { size } = await file.stat();
  const last = Buffer.alloc(1);
  await file.read(last, 0, 1, Math.max(0, size - 1));
  const cut = last.toString() !== '\n';
  let before: string | null = null;
  for await (const text of linesOf(file)) {
    if (before !== null) yield before;
    before = text;
  }
  if (before !== null && !cut) yield before;
}

function wrong(message: string, cause?: unknown): Error {
  return runError('RUN_DIFFERENCES', message, {
    cause,
    hint: 'Name the undo file that prune has written, as it was.',
  });
}

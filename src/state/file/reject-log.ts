import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { linesOf } from '../../support/lines-of.js';
import { stateError } from '../errors.js';
import type { Progress } from '../progress.js';
import type { RejectLine } from '../state.js';
import type { Disk, DiskFile } from './disk.js';
import { ifThere } from './io-error.js';

export const REJECT_LOG = 'rejects.ndjson';
const NEW = `${REJECT_LOG}.new`;

/** Text written at once when a log is copied. */
const COPY_BYTES = 256 * 1024;

/** An empty log in place of whatever there was, durably. */
export async function newRejectLog(disk: Disk, folder: string): Promise<DiskFile> {
  await disk.remove(join(folder, NEW));
  await disk.remove(join(folder, REJECT_LOG));
  const file = await disk.create(join(folder, REJECT_LOG));
  await disk.syncFolder(folder);
  return file;
}

/**
 * The log without the lines of open chunks, which will be read again. Written beside the old one and
 * put in its place in one step. Throws `STATE_CORRUPT` when lines of done chunks are missing.
 */
export async function keepDoneLines(disk: Disk, folder: string, progress: Progress): Promise<DiskFile> {
  await disk.remove(join(folder, NEW));
  const file = await disk.create(join(folder, NEW));
  try {
    let text = '';
    for await (const line of doneLines(folder, await openLog(folder), progress)) {
      text += rejectText(line);
      if (text.length < COPY_BYTES) continue;
      await file.append(text);
      text = '';
    }
    if (text !== '') await file.append(text);
    await file.sync();
    await disk.rename(join(folder, NEW), join(folder, REJECT_LOG));
    await disk.syncFolder(folder);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

export function rejectText(line: RejectLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** Null when there is no log: fine for a run without rejects. */
export function openLog(folder: string): Promise<FileHandle | null> {
  return ifThere(open(join(folder, REJECT_LOG), 'r'));
}

/**
 * The lines of done chunks, streamed; closes `log`. A line that cannot be read belongs to an open chunk
 * (a crash cut it off) or is missed in the count at the end, which throws `STATE_CORRUPT`.
 */
export async function* doneLines(
  folder: string,
  log: FileHandle | null,
  progress: Progress,
): AsyncGenerator<RejectLine, void, undefined> {
  let lines = 0;
  if (log !== null) {
    try {
      for await (const text of linesOf(log)) {
        const line = parseLine(text);
        if (line === null || !progress.isDone(line.chunk)) continue;
        lines += 1;
        yield line;
      }
    } finally {
      await log.close();
    }
  }
  if (lines === progress.rejectLines) return;
  throw stateError(
    'STATE_CORRUPT',
    `${join(folder, REJECT_LOG)} holds ${lines} of the ${progress.rejectLines} lines that done chunks wrote to it`,
    {
      hint: 'Put the log back as it was (no crash changes it); or remove the folder and begin the run again.',
    },
  );
}

function parseLine(text: string): RejectLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null && 'chunk' in line && typeof line.chunk === 'string'
      ? (line as RejectLine)
      : null;
  } catch {
    return null;
  }
}

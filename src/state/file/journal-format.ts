import { crc32 } from 'node:zlib';
import { stateError } from '../errors.js';
import { Progress, type RunEvent } from '../progress.js';
import type { RunRecord } from '../state.js';

/** The first two lines of a journal: everything that happened before it. */
export interface JournalHead {
  /** Random, made when the run began: tells its reject log from that of another run. */
  readonly run: string;
  /** Lines of done chunks in the reject log. */
  readonly rejectLines: number;
  readonly record: RunRecord;
}

export interface FoundRun {
  readonly run: string;
  readonly progress: Progress;
}

const FORMAT = 1;
const TITLE = `tablefold run, format ${FORMAT}`;

export function headText(head: JournalHead): string {
  return `${TITLE}\n${line(0, head)}`;
}

/** One commit. `sequence` counts them from 1. */
export function commitText(sequence: number, events: readonly RunEvent[]): string {
  return line(sequence, events);
}

function line(sequence: number, content: unknown): string {
  const text = `${sequence} ${JSON.stringify(content)}`;
  return `${checksum(text)} ${text}\n`;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** The content of a line, or null when it is not the whole line that was written as number `sequence`. */
function contentOf(text: string, sequence: number): unknown {
  const prefix = `${sequence} `;
  if (!text.startsWith(prefix, 9) || text.slice(0, 8) !== checksum(text.slice(9))) return null;
  return JSON.parse(text.slice(9 + prefix.length));
}

/**
 * Reads a journal. A last line that is not whole is a commit that the crash cut off, which nobody was
 * told of: it is dropped. The same before a whole line, or a line out of its turn, cannot come from a crash,
 * since each commit is synced before the next is written. Throws `STATE_CORRUPT`, `STATE_FORMAT`.
 */
export function parseJournal(text: string, path: string): FoundRun {
  const lines = text.split('\n');
  // What is behind the last line break is empty, or a line that was cut off.
  lines.pop();
  const head = parseHead(lines, path);
  const progress = new Progress(head.record.header, head);
  for (let at = 2; at < lines.length; at += 1) {
    const events = contentOf(lines[at] ?? '', at - 1) as readonly RunEvent[] | null;
    if (events === null) {
      if (lines.slice(at).some(isWhole)) throw corrupt(path, at + 1);
      break;
    }
    replay(events, progress, path, at + 1);
  }
  return { run: head.run, progress };
}

function parseHead(lines: readonly string[], path: string): JournalHead {
  const title = lines[0] ?? '';
  const format = /^tablefold run, format (.+)$/.exec(title)?.[1];
  if (format === undefined) throw corrupt(path, 1);
  if (title !== TITLE) throw otherFormat(path, format);
  const head = contentOf(lines[1] ?? '', 0) as JournalHead | null;
  if (head === null) throw corrupt(path, 2);
  if (head.record.header.format !== FORMAT) throw otherFormat(path, String(head.record.header.format));
  return head;
}

function isWhole(text: string): boolean {
  return text.length > 10 && text.slice(0, 8) === checksum(text.slice(9));
}

function replay(events: readonly RunEvent[], progress: Progress, path: string, at: number): void {
  try {
    for (const event of events) progress.apply(event);
  } catch (error) {
    throw corrupt(path, at, error);
  }
}

function corrupt(path: string, at: number, cause?: unknown) {
  const why =
    cause === undefined ? 'its checksum does not fit' : 'it does not follow from the lines before it';
  return stateError('STATE_CORRUPT', `${path}, line ${at}, is damaged: ${why}`, {
    cause,
    hint: 'No crash does this: look after the disk, and restore the folder from a backup; or remove the folder and begin the run again.',
  });
}

function otherFormat(path: string, format: string) {
  return stateError('STATE_FORMAT', `${path} has format ${format}; this tablefold keeps format ${FORMAT}`, {
    hint: 'Go on with the version of tablefold that began this run, or remove the folder and begin it again.',
  });
}

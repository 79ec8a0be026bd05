import type { Reject } from '../item/reject.js';
import type { Meter } from '../pipeline/meter.js';
import type { Chunk, SnapshotShare } from '../source/source.js';
import type { Counts, RejectLine } from '../state/state.js';
import { type ErrorCode, MigrationError, messageOf } from '../support/error.js';

/** What a run may spend, with one limit for all its threads: units of writing, and of reading where the source has such. */
export type LimitName = 'write' | 'read';

/** How often a thread tells what it has counted. */
export const METER_MS = 200;

/** What the main thread tells a thread. Plain data: never functions. */
export type ToThread =
  | { readonly kind: 'run'; readonly chunk: Chunk; readonly share: SnapshotShare }
  /** The units that `ticket` asked for may be spent. */
  | { readonly kind: 'granted'; readonly limit: LimitName; readonly ticket: number }
  /** The run is over: nothing is sent any more, what is open is closed, the thread ends. */
  | { readonly kind: 'end' };

/** What a thread tells the main thread. */
export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'take'; readonly limit: LimitName; readonly ticket: number; readonly units: number }
  | {
      readonly kind: 'settle';
      readonly limit: LimitName;
      readonly taken: number;
      readonly consumed: number;
      readonly leftShare: number;
    }
  | { readonly kind: 'forgive'; readonly limit: LimitName }
  /** For the fuse, as soon as it is known. */
  | { readonly kind: 'rejected'; readonly reject: Reject }
  | { readonly kind: 'takenBack'; readonly rejects: number }
  /** For the reject log, before the `done` of its chunk. */
  | { readonly kind: 'rejectLine'; readonly line: RejectLine }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'meter'; readonly meter: Meter }
  | { readonly kind: 'done'; readonly chunk: string; readonly counts: Counts; readonly meter: Meter }
  | { readonly kind: 'lost'; readonly chunk: string; readonly error: PlainError; readonly meter: Meter }
  /** Ends the run. */
  | { readonly kind: 'failed'; readonly error: PlainError };

/** An error as it crosses threads: structured clones forget what class it was of. */
export interface PlainError {
  /** Null: a bug. */
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly hint: string | undefined;
  readonly stack: string | undefined;
}

export function plainError(thrown: unknown): PlainError {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  if (thrown instanceof MigrationError) {
    return { code: thrown.code, message: thrown.message, hint: thrown.hint, stack };
  }
  return { code: null, message: messageOf(thrown), hint: undefined, stack };
}

export function errorOf({ code, message, hint, stack }: PlainError): Error {
  const error =
    code === null
      ? new Error(message)
      : new MigrationError(code, message, hint === undefined ? {} : { hint });
  if (stack !== undefined) error.stack = stack;
  return error;
}

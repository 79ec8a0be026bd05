import { randomUUID } from 'node:crypto';
import type { StateStore } from '../state/state.js';
import type { Clock } from '../support/time.js';
import { systemClock } from '../support/time.js';
import { runError, usageError } from './errors.js';

/** What an operator asks of a run, whole: a later one replaces it. Plain JSON, kept as the note `control`. */
export interface RunControl {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly paused: boolean;
  /** As `parseWriteLimit` takes it, or `UNLIMITED`; null: as the run began. */
  readonly maxWriteUnits: string | null;
}

/** What the run did about it, kept as the note `heeded`. */
export interface HeededControl {
  readonly id: string;
  /** Why it did not do it; null where it did. */
  readonly error: string | null;
}

/** What is to change; what is left out stays. */
export interface ControlChange {
  readonly paused?: boolean | undefined;
  readonly maxWriteUnits?: string | undefined;
}

/** `tablefold control --json` prints it. */
export interface ControlReport {
  readonly run: string;
  readonly paused: boolean;
  readonly maxWriteUnits: string | null;
  /** False where the run has not answered yet. */
  readonly heeded: boolean;
}

export interface ControlOptions {
  readonly state: StateStore;
  /** The run; default the one that is live. */
  readonly run?: string | undefined;
  readonly change: ControlChange;
  readonly clock?: Clock | undefined;
  readonly signal: AbortSignal;
}

export const UNLIMITED = 'unlimited';

/** How often a run looks for what it is asked, in milliseconds. */
export const LOOK_EVERY_MS = 1_000;
/** How long whoever asks waits for the run to answer. */
const ANSWER_MS = 10_000;

/**
 * Asks something of a live run and waits until it has heeded it. Throws `RUN_NOT_LIVE`, `RUN_CONTROL` where the run
 * refused, `USAGE_*`, `STATE_*`.
 */
export async function control(options: ControlOptions): Promise<ControlReport> {
  const { state, change, clock = systemClock, signal } = options;
  if (change.paused === undefined && change.maxWriteUnits === undefined) {
    throw usageError('USAGE_MISSING', 'nothing is asked of the run', {
      hint: 'Say --pause, --go-on or --max-write-units; `tablefold status` shows how far it is.',
    });
  }
  const run = await liveRun(state, options.run);
  const before = (await state.note(run, 'control')) as RunControl | null;
  const asked: RunControl = {
    id: randomUUID(),
    at: new Date().toISOString(),
    paused: change.paused ?? before?.paused ?? false,
    maxWriteUnits: change.maxWriteUnits ?? before?.maxWriteUnits ?? null,
  };
  await state.saveNote(run, 'control', asked);
  const answer = await answerTo(asked.id, run, state, clock, signal);
  if (answer !== null && answer.error !== null) {
    await state.saveNote(run, 'control', before); // or the next wish would hold this one too
    throw runError('RUN_CONTROL', `the run ${run} did not heed that: ${answer.error}`, {
      hint: 'It goes on as before.',
    });
  }
  const { paused, maxWriteUnits } = asked;
  return { run, paused, maxWriteUnits, heeded: answer !== null };
}

async function answerTo(
  id: string,
  run: string,
  state: StateStore,
  clock: Clock,
  signal: AbortSignal,
): Promise<HeededControl | null> {
  const until = clock.now() + ANSWER_MS;
  while (clock.now() < until) {
    await clock.sleep(LOOK_EVERY_MS / 4, signal);
    const heeded = (await state.note(run, 'heeded')) as HeededControl | null;
    if (heeded?.id === id) return heeded;
  }
  return null;
}

async function liveRun(state: StateStore, name: string | undefined): Promise<string> {
  const names = name === undefined ? await state.list() : [name];
  const live: string[] = [];
  for (const each of names) {
    const found = await state.read(each);
    // A diff writes nothing that could be slowed down.
    if (found !== null && found.holder !== null && found.record.header.operation !== 'diff') live.push(each);
  }
  const [only] = live;
  if (only === undefined) {
    throw runError(
      'RUN_NOT_LIVE',
      name === undefined ? `no run is live in ${state.label}` : `the run ${name} is not live`,
      {
        hint: '`tablefold status` lists the runs; one that was interrupted goes on by migrate --resume, with the flags it is given then.',
      },
    );
  }
  if (live.length > 1) {
    throw usageError('USAGE_MISSING', `several runs are live: ${live.join(', ')}`, {
      hint: 'Name the one that is meant: `tablefold control RUN …`.',
    });
  }
  return only;
}

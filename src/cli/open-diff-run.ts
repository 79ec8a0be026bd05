import { Flags } from '@oclif/core';
import { type DiffRun, type DiffRunOptions, openDiffRun } from '../operations/diff-run.js';
import { usageError } from '../operations/errors.js';
import { openState } from '../state/open-state.js';
import type { Session } from './base-command.js';

/** Of a command that keeps what it reads only where it is told to. */
export const keepFlags = {
  state: Flags.string({
    helpValue: 'DIR',
    description:
      'Keep there what is read, some 100 bytes and the key of each item of both sides, so that --resume can go on with a comparison that was killed. Default: it begins again.',
  }),
  resume: Flags.boolean({
    exclusive: ['restart'],
    description: 'Go on with the one in --state that was interrupted: what it has read is not read again.',
  }),
  restart: Flags.boolean({
    exclusive: ['resume'],
    description: 'Forget the one in --state that was interrupted, and begin again.',
  }),
};

interface KeepFlags {
  readonly state?: string | undefined;
  readonly resume: boolean;
  readonly restart: boolean;
  readonly sample?: number | undefined;
}

/** Undefined: nothing is kept. `goOn`: the command that goes on with it. Throws `USAGE_*`, and as `openDiffRun` does. */
export async function openDiffRunOf(
  compared: Pick<DiffRunOptions, 'mapping' | 'source' | 'sink' | 'entities'>,
  { state, resume, restart, sample }: KeepFlags,
  { signal }: Session,
  goOn: string,
): Promise<DiffRun | undefined> {
  const mode = resume ? 'resume' : restart ? 'restart' : undefined;
  if (state === undefined) {
    if (mode === undefined) return undefined;
    throw usageError(
      'USAGE_MISSING',
      `--${mode} of what is not said: a diff is kept only where --state says so`,
      {
        hint: 'Name the folder of the one that was interrupted with --state DIR.',
      },
    );
  }
  if (sample !== undefined) {
    throw usageError(
      'USAGE_COMBINATION',
      'a diff of a sample is not kept: --sample and --state exclude each other',
      {
        hint: 'Leave --state out (the same --seed draws the same items again), or --sample.',
      },
    );
  }
  const store = await openState(state);
  return await openDiffRun({ ...compared, store, mode, goOn, signal });
}

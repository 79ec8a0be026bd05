import { confirm } from '@inquirer/prompts';
import { runError, usageError } from '../operations/errors.js';

/**
 * Shows what is about to be changed in AWS and asks. Without a terminal there is nobody to ask: then
 * `--yes` is needed.
 */
export async function confirmWrite(
  what: string,
  flags: { readonly yes: boolean; readonly quiet: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (!flags.quiet) process.stderr.write(`${what}\n`);
  if (flags.yes) return;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw usageError('USAGE_MISSING', `${what}: nobody is there to confirm it`, {
      hint: 'Add --yes in scripts.',
    });
  }
  const yes = await ask(signal);
  if (!yes) throw runError('RUN_DECLINED', 'nothing was written');
}

async function ask(signal: AbortSignal): Promise<boolean> {
  return interruptible(() =>
    confirm({ message: 'Go on?', default: false }, { output: process.stderr, signal }),
  );
}

/** A prompt holds the keyboard: Ctrl-C comes to it and not to the process. Throws `RUN_INTERRUPTED` then. */
export async function interruptible<Answer>(prompt: () => Promise<Answer>): Promise<Answer> {
  try {
    return await prompt();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
    throw runError('RUN_INTERRUPTED', 'interrupted; nothing was written', {
      cause: error,
      hint: 'Run the same command again.',
    });
  }
}

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
  const yes = await confirm({ message: 'Go on?', default: false }, { output: process.stderr, signal });
  if (!yes) throw runError('RUN_DECLINED', 'nothing was written');
}

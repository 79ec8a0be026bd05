import { Config } from '@oclif/core';
import { usageError } from '../operations/errors.js';
import { nearest } from '../support/nearest.js';
import { redact } from '../support/redact.js';
import type { ExitCode } from './exit-codes.js';
import { reportFailure } from './failure.js';

/** Says that there is no such command, and which may have been meant. Ids are as oclif has them: `table:create`. */
export async function reportUnknownCommand(
  id: string,
  argv: readonly string[],
  root: string,
): Promise<ExitCode> {
  const { commandIDs } = await Config.load(root);
  const asked = words(redact(id)); // somebody may have typed the source's URL here
  const known = commandIDs.find((command) => id.startsWith(`${command}:`));
  if (known !== undefined) {
    const hint = `See its flags with \`tablefold ${words(known)} --help\`.`;
    const message = `${words(known)} takes no "${asked.slice(known.length + 1)}"`;
    return reportFailure(usageError('USAGE_COMMAND', message, { hint }), argv);
  }
  const near = nearest(asked, commandIDs.map(words));
  const meant = near === null ? '' : `Did you mean \`tablefold ${near}\`? `;
  const hint = `${meant}\`tablefold --help\` lists the commands.`;
  return reportFailure(usageError('USAGE_COMMAND', `there is no command ${asked}`, { hint }), argv);
}

function words(id: string): string {
  return id.replaceAll(':', ' ');
}

import { Errors, flush, handle, run } from '@oclif/core';
import { keepHeapSmall } from './v8.js';

/**
 * Runs the command that the arguments name. What a command throws it has told itself
 * (`BaseCommand.catch`); a command that does not exist, which oclif would tell in another form than every
 * other mistake, is told here. `root` is any URL in the package.
 */
export async function main(argv: string[], root: string): Promise<void> {
  keepHeapSmall();
  try {
    await run(argv, root);
    await flush();
  } catch (error) {
    const id = error instanceof Errors.CLIError ? unknownCommand(error) : null;
    if (id === null) return handle(error as Error);
    // Imported here: a start that goes well loads nothing for it.
    const { reportUnknownCommand } = await import('./unknown-command.js');
    process.exitCode = await reportUnknownCommand(id, argv, root);
  }
}

function unknownCommand({ message }: Error): string | null {
  return /^command (\S+) not found$/i.exec(message)?.[1] ?? null;
}

import { type FileHandle, open } from 'node:fs/promises';
import type { Difference } from '../operations/diff-report.js';
import { runError, usageError } from '../operations/errors.js';
import { messageOf } from '../support/error.js';

export interface DifferencesFile extends AsyncDisposable {
  /** Appends one line. Throws `RUN_OUTPUT` when the disk does not take it. */
  readonly add: (difference: Difference) => Promise<void>;
}

/** A new file of one JSON object a line. Throws `USAGE_VALUE` where one is already or cannot be made. */
export async function openDifferences(path: string): Promise<DifferencesFile> {
  let file: FileHandle;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    throw usageError('USAGE_VALUE', `--out ${path} cannot be written: ${messageOf(error)}`, {
      cause: error,
      hint: 'Name a file that is not there yet, in a folder that is.',
    });
  }
  return {
    async add(difference) {
      try {
        await file.appendFile(`${JSON.stringify(difference)}\n`);
      } catch (error) {
        throw runError('RUN_OUTPUT', `cannot write ${path}: ${messageOf(error)}`, {
          cause: error,
          hint: 'Free some space there, then run the same command again with another --out FILE.',
        });
      }
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}

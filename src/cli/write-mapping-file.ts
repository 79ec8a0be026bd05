import { access, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { usageError } from '../operations/errors.js';
import { messageOf } from '../support/error.js';

/** Before anything is read: a draft that nobody could write would be work for nothing. Throws `USAGE_VALUE`. */
export async function refuseFile(file: string, force: boolean): Promise<void> {
  if (!['.yaml', '.yml'].includes(extname(file).toLowerCase())) {
    throw usageError('USAGE_VALUE', `--output ${file}: a draft is YAML`, {
      hint: 'Name a file that ends in .yaml or .yml.',
    });
  }
  if (force || !(await exists(file))) return;
  throw isThere(file);
}

/** Throws `USAGE_VALUE` where it cannot be written, or is there and was not to be overwritten. */
export async function writeMappingFile(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw isThere(file);
    throw usageError('USAGE_VALUE', `cannot write ${file}: ${messageOf(error)}`, {
      cause: error,
      hint: 'Name a file in a folder that is there and that this user may write to with --output FILE.',
    });
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false; // what else keeps it from being written, writing says
  }
}

function isThere(file: string): Error {
  return usageError('USAGE_VALUE', `${file} is there already`, {
    hint: 'Name another file with --output FILE, or overwrite it with --force.',
  });
}

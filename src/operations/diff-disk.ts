import { stateError } from '../state/errors.js';

/** What a person can do about an error number of the operating system. */
const HINTS: { readonly [code: string]: (folder: string) => string } = {
  ENOSPC: (folder) =>
    `Free some space on the disk that holds ${folder} (about the keys of both sides and 100 bytes an item)`,
  EDQUOT: (folder) => `Raise the quota on the disk that holds ${folder}`,
  EACCES: (folder) => `Let this user read and write the files in ${folder}`,
  EROFS: (folder) => `Make ${folder} writable`,
  ENOENT: (folder) => `Put back what somebody removed from ${folder}, or begin again with --restart`,
};

/**
 * `STATE_IO` for what the disk refused to a diff: what was kept before is there still. Anything else as it is. `goOn`:
 * what to type then.
 */
export function keptError(error: unknown, folder: string, goOn?: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  const what = HINTS[String(error.code)]?.(folder) ?? `Look after the disk that holds ${folder}`;
  return stateError('STATE_IO', `what was read cannot be kept in ${folder}: ${error.message}`, {
    cause: error,
    hint: goOn === undefined ? `${what}, then run the same command again.` : `${what}, then: ${goOn}`,
  });
}

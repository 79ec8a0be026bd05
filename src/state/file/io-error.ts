import { stateError } from '../errors.js';

/** What a person can do about an error number of the operating system. */
const HINTS: { readonly [code: string]: (path: string) => string } = {
  ENOSPC: (path) => `Free some space on the disk that holds ${path}, then run again with --resume.`,
  EDQUOT: (path) => `Raise the quota on the disk that holds ${path}, then run again with --resume.`,
  EROFS: (path) => `Make ${path} writable, or name another folder with --state.`,
  EACCES: (path) => `Let this user read and write ${path}, or name another folder with --state.`,
  EPERM: (path) => `Let this user write ${path}, or name a folder on a local disk with --state.`,
  ENOTDIR: (path) => `${path} has to be a folder: name another with --state.`,
  EEXIST: (path) => `${path} has to be a folder: name another with --state.`,
  ENOENT: (path) => `Somebody removed files of ${path}: look what is left, then run again with --resume.`,
};

/** `STATE_IO` for what the operating system refused; anything else, a bug too, as it is. */
export function ioError(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (code === null || !(error instanceof Error)) return error;
  const hint = HINTS[code] ?? ((at: string) => `Look after the disk that holds ${at}, then run again.`);
  return stateError('STATE_IO', `the state in ${path} cannot be kept: ${error.message}`, {
    cause: error,
    hint: hint(path),
  });
}

/** `ENOENT`, …, or null for what is no error of the operating system. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** `work`, or null when the file is not there. */
export async function ifThere<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

import { MigrationError, messageOf } from '../support/error.js';

/** A thread that runs chunks has died: an error of the mapping's own code, no memory, `process.exit`. */
export function threadError(thread: number, why: string, cause: unknown): MigrationError<'RUN_THREAD'> {
  const memory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return new MigrationError('RUN_THREAD', `thread ${thread} has died: ${why}`, {
    ...(cause === undefined ? {} : { cause: new Error(messageOf(cause)) }),
    hint: memory
      ? 'The checkpoint is saved: run again with --resume, with fewer --threads or a smaller --source-concurrency.'
      : 'The checkpoint is saved: run again with --resume. If it happens again, --threads 1 shows where.',
  });
}

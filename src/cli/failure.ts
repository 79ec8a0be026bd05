import { Errors } from '@oclif/core';
import { MappingInvalid } from '../mapping/errors.js';
import { formatProblems } from '../mapping/format-problems.js';
import { runError } from '../operations/errors.js';
import { MigrationError, messageOf } from '../support/error.js';
import { redact } from '../support/redact.js';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.js';
import { isUnknownFlags, tellUnknownFlags } from './unknown-flags.js';

/**
 * Says what ended the command: one JSON object on stdout with `--json` among the arguments, which may not
 * have been parsed, else text on stderr. Answers the exit code, the same for both.
 */
export async function reportFailure(thrown: Error, argv: readonly string[]): Promise<ExitCode> {
  const failure = describe(rootFailure(thrown));
  // Where stdout takes nothing, that is what failed, or nobody reads it: stderr is left.
  const told = argv.includes('--json')
    ? await print(process.stdout, `${JSON.stringify({ error: failure.json }, null, 2)}\n`).then(
        () => true,
        () => false,
      )
    : false;
  if (!told) await print(process.stderr, failure.text);
  return failure.exit;
}

/**
 * What failed first. When closing fails too (a connection that was cut cannot say goodbye), `await using`
 * throws a SuppressedError: what closing said is its `error`, what ended the work is `suppressed`.
 */
export function rootFailure(thrown: Error): Error {
  let failure = thrown;
  while ('suppressed' in failure && failure.suppressed instanceof Error) failure = failure.suppressed;
  return failure;
}

interface Failure {
  readonly exit: ExitCode;
  readonly json: object;
  readonly text: string;
}

function describe(thrown: Error): Failure {
  if (thrown instanceof MappingInvalid) {
    const { problems, message, code, name, hint } = thrown;
    const text = `${formatProblems(problems)}\nError: ${redact(message)}\n${hint === undefined ? '' : `  ${hint}\n`}`;
    return {
      exit: EXIT.configuration,
      json: { name, code, message: redact(message), hint: hint ?? null, problems },
      text,
    };
  }
  if (thrown instanceof MigrationError) {
    const message = redact(saidOf(thrown));
    const hint = thrown.hint === undefined ? null : redact(thrown.hint);
    const text = `Error: ${message}\n${hint === null ? '' : `  ${hint}\n`}  (${thrown.code})\n`;
    return { exit: exitCodeOf(thrown), json: { name: thrown.name, code: thrown.code, message, hint }, text };
  }
  if (thrown instanceof Errors.CLIError) {
    const { message, hint } = isUnknownFlags(thrown)
      ? tellUnknownFlags(thrown)
      : { message: redact(parseFailure(thrown.message)), hint: 'See the flags with --help.' };
    const code = 'USAGE_ARGUMENTS';
    return {
      exit: EXIT.usage,
      json: { name: 'UsageError', code, message, hint },
      text: `Error: ${message}\n  ${hint}\n  (${code})\n`,
    };
  }
  const message = redact(messageOf(thrown));
  const hint = 'This is a bug in tablefold: please report it with this text.';
  return {
    exit: EXIT.bug,
    json: { name: thrown.name, code: 'BUG', message, hint },
    text: `Error: ${message}\n  ${hint}\n${redact(thrown.stack ?? '')}\n`,
  };
}

/** Thrown while a flag was parsed, oclif has put its own words around the message. */
function saidOf({ message }: MigrationError): string {
  return message.startsWith('Parsing --') ? parseFailure(message) : message;
}

/** oclif's parser says all that is wrong on lines of their own, between a heading and its own hint. */
function parseFailure(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => !/^$|^The following errors? occurred:$|^See more help/.test(line));
  return said
    .filter((line) => !line.startsWith('Note: ') && !line.startsWith('Alternatively, you can use'))
    .join('; ')
    .replace(/^(Parsing --\S+); /, '$1: ')
    .replace(/^Missing \d+ required args?:; (\w+) +/, 'the argument $1 is missing: ');
}

/**
 * Writes and waits: what is still in a pipe when the process exits would be lost. Whoever closed the pipe has
 * read enough. Throws `RUN_OUTPUT` for a disk that is full.
 */
export function print(stream: NodeJS.WriteStream, text: string): Promise<void> {
  stream.removeAllListeners('error'); // oclif's throws what it is told, past every handler
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null) => {
      if (!error || ('code' in error && error.code === 'EPIPE')) return resolve();
      reject(
        runError('RUN_OUTPUT', `the result cannot be written: ${error.message}`, {
          cause: error,
          hint: 'The work itself is done; `tablefold status` shows a run again.',
        }),
      );
    };
    stream.on('error', settle);
    stream.write(text, settle);
  });
}

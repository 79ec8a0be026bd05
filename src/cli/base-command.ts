import { Command, Errors } from '@oclif/core';
import { MappingInvalid } from '../mapping/errors.js';
import { formatProblems } from '../mapping/format-problems.js';
import { MigrationError, messageOf } from '../support/error.js';
import { createLogger, type Logger, type LogLevel } from '../support/log.js';
import { redact } from '../support/redact.js';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.js';
import { outputFlags } from './flags.js';
import { onInterrupt } from './interrupt.js';

/** What a command hands back: the object for `--json`, the text for people, and the verdict. */
export interface Outcome {
  readonly report: object;
  readonly text: string;
  readonly exit: ExitCode;
}

/** What the shell gives to a command's work. */
export interface Session {
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Progress and hints may be shown on stderr. */
  readonly chatty: boolean;
}

interface OutputFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly 'log-level': LogLevel | undefined;
}

/**
 * The shell around every command: one result on stdout, everything else on stderr, one table of exit
 * codes. oclif's own JSON mode is not used: it exits 0 or 1 by its own rules, throws on a BigInt and
 * puts every argument, secrets included, into its errors.
 */
export abstract class BaseCommand extends Command {
  static override baseFlags = outputFlags;

  /** Runs the work with a signal that Ctrl-C aborts, prints what it returns, and ends the process. */
  protected async perform(flags: OutputFlags, work: (session: Session) => Promise<Outcome>): Promise<void> {
    const terminal = process.stderr.isTTY === true;
    const level = flags['log-level'] ?? (flags.quiet ? 'error' : terminal ? 'warn' : 'info');
    const interrupt = onInterrupt();
    let outcome: Outcome;
    try {
      outcome = await work({ signal: interrupt.signal, log: createLogger(level), chatty: !flags.quiet });
    } finally {
      interrupt.stop();
    }
    await print(
      process.stdout,
      flags.json ? `${JSON.stringify(outcome.report, plainJson, 2)}\n` : outcome.text,
    );
    this.exit(outcome.exit);
  }

  protected override async catch(thrown: Error): Promise<void> {
    if (thrown instanceof Errors.ExitError) throw thrown;
    const failure = describe(thrown);
    if (this.argv.includes('--json')) {
      await print(process.stdout, `${JSON.stringify({ error: failure.json }, null, 2)}\n`);
    } else await print(process.stderr, failure.text);
    this.exit(failure.exit);
  }
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
    const message = redact(thrown.message);
    const hint = thrown.hint === undefined ? null : redact(thrown.hint);
    const text = `Error: ${message}\n${hint === null ? '' : `  ${hint}\n`}  (${thrown.code})\n`;
    return { exit: exitCodeOf(thrown), json: { name: thrown.name, code: thrown.code, message, hint }, text };
  }
  if (thrown instanceof Errors.CLIError) {
    const message = redact(parseFailure(thrown.message));
    const hint = 'See the flags with --help.';
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

/** oclif's parser says all that is wrong on lines of their own, between a heading and its own hint. */
function parseFailure(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => !/^$|^The following errors? occurred:$|^See more help/.test(line));
  return said.join('; ').replace(/^(Parsing --\S+); /, '$1: ');
}

/** Writes and waits: what is still in a pipe when the process exits would be lost. */
function print(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}

/** A BigInt is a number to the reader of JSON, not a reason to crash. */
function plainJson(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

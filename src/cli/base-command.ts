import { Command, Errors } from '@oclif/core';
import { runError } from '../operations/errors.js';
import { MigrationError } from '../support/error.js';
import { createLogger, type Logger, type LogLevel } from '../support/log.js';
import type { ExitCode } from './exit-codes.js';
import { print, reportFailure } from './failure.js';
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
  /** Where a log line on a terminal goes: a live display puts it above itself. */
  readonly logLines: { write(line: string): void };
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
    const logLines = { write: (line: string) => void process.stderr.write(line) };
    const log = createLogger(level, terminal ? (line) => logLines.write(line) : undefined);
    let outcome: Outcome;
    try {
      outcome = await work({ signal: interrupt.signal, log, logLines, chatty: !flags.quiet });
    } catch (error) {
      // What an abort throws out of the middle of things is whatever was waiting there.
      if (!interrupt.signal.aborted || error instanceof MigrationError) throw error;
      throw runError('RUN_INTERRUPTED', 'interrupted', {
        cause: error,
        hint: 'Run the same command again.',
      });
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
    this.exit(await reportFailure(thrown, this.argv));
  }
}

/** A BigInt is a number to the reader of JSON, not a reason to crash. */
function plainJson(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

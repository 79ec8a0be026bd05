import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * A logger to stderr: stdout belongs to the result. Synchronous, so that a crash loses no line. `write`
 * takes each line instead, where something else is on the terminal.
 */
export function createLogger(level: LogLevel, write?: (line: string) => void): Logger {
  const to = write === undefined ? pino.destination({ dest: 2, sync: true }) : { write };
  return pino({ level, base: null }, to);
}

/** The default of the library: silent unless the caller passes a logger. */
export const silentLogger: Logger = pino({ level: 'silent' });

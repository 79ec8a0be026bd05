import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A logger to stderr: stdout belongs to the result. Synchronous, so that a crash loses no line. */
export function createLogger(level: LogLevel): Logger {
  return pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
}

/** The default of the library: silent unless the caller passes a logger. */
export const silentLogger: Logger = pino({ level: 'silent' });

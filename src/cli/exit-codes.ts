import type { ErrorArea, MigrationError } from '../support/error.js';

/** What the process says to scripts. The same with and without `--json`. */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  configuration: 3,
  source: 4,
  sink: 5,
  findings: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_AREA: Readonly<Record<ErrorArea, ExitCode>> = {
  USAGE: EXIT.usage,
  MAPPING: EXIT.configuration,
  STATE: EXIT.configuration,
  SOURCE: EXIT.source,
  SINK: EXIT.sink,
  TABLE: EXIT.sink,
  RUN: EXIT.bug,
};

/** Codes whose meaning is not their area's. */
const BY_CODE: Readonly<Record<string, ExitCode>> = {
  SOURCE_KEY: EXIT.usage,
  SOURCE_THROTTLE: EXIT.configuration,
  SOURCE_LAG: EXIT.configuration,
  SINK_NOT_EMPTY: EXIT.configuration,
  TABLE_PRICES: EXIT.configuration,
  RUN_COST: EXIT.configuration,
  RUN_INTERRUPTED: EXIT.interrupted,
  RUN_TOO_MANY_REJECTS: EXIT.findings,
  RUN_KEY_MISSING: EXIT.findings,
  RUN_DECLINED: EXIT.usage,
  RUN_NOT_LIVE: EXIT.usage,
  RUN_CONTROL: EXIT.usage,
  RUN_MAPPING: EXIT.configuration,
  RUN_OUTPUT: EXIT.configuration,
  RUN_DIFFERENCES: EXIT.configuration,
  RUN_FUSE: EXIT.findings,
  RUN_UNPROTECTED: EXIT.configuration,
};

export function exitCodeOf(error: MigrationError): ExitCode {
  return BY_CODE[error.code] ?? BY_AREA[error.area];
}

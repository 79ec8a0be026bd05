import { quoteText } from './literals.js';

/** What a session must have, so that text does not depend on how the server or the user is configured. */
const NEEDED: readonly (readonly [name: string, value: string])[] = [
  ['time_zone', quoteText('+00:00')],
  // Zero dates are read as they are, backslashes escape, `||` and `"` mean what MySQL's manual says, and no
  // CHAR is padded: rows are judged by the mapping, not by the mode.
  ['sql_mode', quoteText('')],
  // A user's or a host's default would cut results off without a word.
  ['sql_select_limit', '18446744073709551615'],
  ['max_join_size', '18446744073709551615'],
  // A snapshot's sessions may be idle for as long as the run takes; the greatest value everywhere but on Windows.
  ['wait_timeout', '2147483'],
  ['net_write_timeout', '600'],
  ['lock_wait_timeout', '30'],
];

/** Useful, but not known to every server, or not everybody's to set. */
const WANTED: readonly (readonly [name: string, value: string])[] = [
  // Sorting looks at the first 1,024 bytes of a text's weight; a primary key has up to 3,072 bytes, which
  // weigh up to 6,144.
  ['max_sort_length', '8192'],
  ['sort_buffer_size', '4194304'],
];

const MARIADB: typeof WANTED = [
  ['idle_transaction_timeout', '0'],
  ['idle_readonly_transaction_timeout', '0'],
];

/** Asked first: the settings differ by what it answers. */
export const VERSION = 'SELECT VERSION()';

export interface SessionSettings {
  /** Without them nothing is read. */
  readonly needed: readonly string[];
  /** One that is refused is passed over. */
  readonly wanted: readonly string[];
}

/** The statements that make a session read-only and its text independent of any configuration. */
export function sessionSettings(mariadb: boolean, statementTimeoutMs: number): SessionSettings {
  const timeout = mariadb
    ? (['max_statement_time', String(statementTimeoutMs / 1000)] as const)
    : (['max_execution_time', String(statementTimeoutMs)] as const);
  return {
    needed: [
      'SET NAMES utf8mb4',
      `SET ${[...NEEDED, timeout].map(([name, value]) => `SESSION ${name} = ${value}`).join(', ')}`,
      'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY',
    ],
    wanted: [...WANTED, ...(mariadb ? MARIADB : [])].map(([name, value]) => `SET SESSION ${name} = ${value}`),
  };
}

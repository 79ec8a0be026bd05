import type { ReadersReason } from '../source.js';
import type { TableName } from '../source-schema.js';
import { quote, quoteText } from './literals.js';
import type { Session } from './session.js';
import type { ServerError } from './translate-error.js';

/** ER_LOCK_WAIT_TIMEOUT */
export const LOCK_TIMEOUT = 1205;
/** ER_DBACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR */
const NO_RIGHT: readonly number[] = [1044, 1142];

export const TABLES_UNKNOWN: ReadersReason = {
  why: 'it is not known which tables are read, so that they cannot be locked for a moment',
  hint: '`--consistency chunk` reads over several connections, though not as of one moment.',
};

/** Why the tables could not be locked after so many tries of so many seconds each, and what would help. */
export async function whyNotLocked(
  session: Session,
  tables: readonly TableName[],
  complaint: ServerError,
  { tries, seconds }: { readonly tries: number; readonly seconds: number },
  signal: AbortSignal,
): Promise<ReadersReason> {
  if (complaint.errno === LOCK_TIMEOUT) {
    return {
      why: `a lock on the tables was not to be had in ${tries} tries of ${seconds} s: others write to them or hold them`,
      hint: 'SHOW FULL PROCESSLIST names the long write or LOCK TABLES; begin again (migrate and backfill: with --restart) once it has ended. `--consistency chunk` reads over several connections without a lock, though not as of one moment.',
    };
  }
  if (NO_RIGHT.includes(complaint.errno)) {
    return {
      why: `the user may not lock the tables for a moment: ${complaint.message}`,
      hint: `To read over several connections: ${await grants(session, tables, signal)}`,
    };
  }
  return {
    why: `the tables cannot be locked for a moment: ${complaint.message}`,
    hint: 'Try LOCK TABLES … READ as this user: what the server says of it is in the way. `--consistency chunk` needs no lock, but is not one moment.',
  };
}

/** Who is to be granted what is missing. */
export const WHO = 'SELECT CURRENT_USER()';

/** A statement for each database that is read, to be run by an administrator. */
async function grants(session: Session, tables: readonly TableName[], signal: AbortSignal): Promise<string> {
  const [row] = await session.query({ text: WHO, readers: null }, signal);
  const account = String(row?.[0]);
  const at = account.lastIndexOf('@');
  const user = `${quoteText(account.slice(0, at))}@${quoteText(account.slice(at + 1))}`;
  const databases = new Set(tables.map(({ schema }) => schema));
  return [...databases].map((name) => `GRANT LOCK TABLES, SELECT ON ${quote(name)}.* TO ${user};`).join(' ');
}

import { messageOf } from '../../support/error.js';
import type { Logger } from '../../support/log.js';
import type { Row } from '../source.js';
import { quoteText } from './literals.js';
import type { Session } from './session.js';
import { complaintOf } from './translate-error.js';

/**
 * Where the binary log stands now: `gtid:…`, or `binlog:file:position`, or null without a log or the right to
 * know. Asked before the snapshot is taken: replaying from here repeats changes rather than missing them.
 */
export async function positionOf(session: Session, log: Logger, signal: AbortSignal): Promise<string | null> {
  const ask = async (text: string): Promise<readonly Row[]> => {
    try {
      return await session.query({ text, readers: null }, signal);
    } catch (error) {
      if (complaintOf(error) === null) throw error;
      log.debug({ why: messageOf(error) }, 'the source does not tell its position');
      return [];
    }
  };
  const position = session.mariadb ? await mariadbPosition(ask) : await mysqlPosition(ask);
  if (position === null) log.warn('the source does not tell its position: a catch-up has no start');
  return position;
}

type Asking = (text: string) => Promise<readonly Row[]>;

const SNAPSHOT_STATUS = "SHOW STATUS LIKE 'binlog_snapshot_%'";
const gtidAt = (file: string, offset: string) => `SELECT BINLOG_GTID_POS(${file}, ${offset})`;
const GTID_EXECUTED = 'SELECT @@GLOBAL.gtid_executed';
/** Its name since 8.4, and until then; both want REPLICATION CLIENT. */
const LOG_STATUS = ['SHOW BINARY LOG STATUS', 'SHOW MASTER STATUS'] as const;

/** All that may be asked for it; a file and an offset are named. */
export function positionStatements(mariadb: boolean): readonly string[] {
  return mariadb ? [SNAPSHOT_STATUS, gtidAt('@file', '@offset')] : [GTID_EXECUTED, ...LOG_STATUS];
}

/** These two are told to everybody (mariadb.com/kb/en/enhancements-for-start-transaction-with-consistent-snapshot). */
async function mariadbPosition(ask: Asking): Promise<string | null> {
  const status = new Map((await ask(SNAPSHOT_STATUS)).map(([name, value]) => [name, value]));
  const file = cell(status.get('Binlog_snapshot_file'));
  const offset = cell(status.get('Binlog_snapshot_position'));
  if (file === '') return null;
  const [row] = await ask(gtidAt(quoteText(file), String(Number(offset))));
  const gtid = cell(row?.[0]);
  return gtid === '' ? `binlog:${file}:${offset}` : `gtid:${gtid}`;
}

async function mysqlPosition(ask: Asking): Promise<string | null> {
  const [executed] = await ask(GTID_EXECUTED);
  const gtid = cell(executed?.[0]).replaceAll(/\s/g, '');
  if (gtid !== '') return `gtid:${gtid}`;
  const [status] = [...(await ask(LOG_STATUS[0])), ...(await ask(LOG_STATUS[1]))];
  return status === undefined ? null : `binlog:${cell(status[0])}:${cell(status[1])}`;
}

function cell(value: Row[number] | undefined): string {
  return value === null || value === undefined ? '' : value.toString();
}

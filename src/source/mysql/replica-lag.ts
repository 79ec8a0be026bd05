import { sourceError } from '../errors.js';
import type { ReplicaLag } from '../replica-lag.js';
import type { Row } from '../source.js';
import { textOf } from '../text-of.js';
import type { Session } from './session.js';
import { complaintOf } from './translate-error.js';

/** One row for each source that is followed. MySQL renamed it in 8.0.22, and its columns too. */
const MARIADB_STATUS = ['SHOW ALL SLAVES STATUS'];
const MYSQL_STATUS = ['SHOW REPLICA STATUS', 'SHOW SLAVE STATUS'];
const SYNTAX = 1064;
const DENIED = 1227;

/** Throws `SOURCE_ACCESS_DENIED` where the user may not see how replication goes. */
export async function readReplicaLag(session: Session, signal: AbortSignal): Promise<ReplicaLag> {
  const channels = await channelsOf(session, signal);
  if (channels.length === 0) {
    return {
      kind: 'unseen',
      why: 'it is no replica, and a primary of MySQL does not know its replicas’ lag',
    };
  }
  let furthest = 0;
  for (const channel of channels) {
    const seconds = cell(channel, /^Seconds_Behind_(Source|Master)$/);
    if (seconds === '') return { kind: 'stopped', why: whyStopped(channel) };
    furthest = Math.max(furthest, Number(seconds));
  }
  return { kind: 'behind', seconds: furthest };
}

/** The text of each column by its name. */
type Channel = ReadonlyMap<string, string>;

async function channelsOf(session: Session, signal: AbortSignal): Promise<readonly Channel[]> {
  for (const text of session.mariadb ? MARIADB_STATUS : MYSQL_STATUS) {
    const rows: Row[] = [];
    let names: readonly string[] = [];
    try {
      await session.read(
        { text, readers: null },
        (row) => rows.push(row),
        signal,
        (fields) => {
          names = fields.map(({ name }) => name);
        },
      );
      return rows.map((row) => new Map(names.map((name, n) => [name, textOf(row[n] ?? null) ?? ''])));
    } catch (error) {
      const errno = complaintOf(error)?.errno;
      if (errno === DENIED) throw denied(session.mariadb, error);
      if (errno !== SYNTAX) throw error;
    }
  }
  return [];
}

/** What the server complains of, else which of its two threads is not at work. */
function whyStopped(channel: Channel): string {
  const complaint = cell(channel, /^Last_(IO_|SQL_)?Error$/);
  const io = cell(channel, /^(Replica|Slave)_IO_Running$/);
  const sql = cell(channel, /^(Replica|Slave)_SQL_Running$/);
  const threads = `replication has stopped: receiving ${io || 'No'}, applying ${sql || 'No'}`;
  return complaint === '' ? threads : `${threads}: ${complaint}`;
}

/** The first of these columns that says something; empty: none. */
function cell(channel: Channel, name: RegExp): string {
  for (const [column, text] of channel) if (name.test(column) && text !== '') return text;
  return '';
}

function denied(mariadb: boolean, cause: unknown): Error {
  const right = mariadb ? 'REPLICA MONITOR' : 'REPLICATION CLIENT';
  return sourceError('SOURCE_ACCESS_DENIED', 'the user may not see how far the replica is behind', {
    cause,
    hint: `GRANT ${right} ON *.* TO this user${mariadb ? ' (before 10.5 REPLICATION CLIENT)' : ''}.`,
  });
}

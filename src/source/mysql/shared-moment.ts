import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../support/log.js';
import type { ReadersReason, SnapshotOptions } from '../source.js';
import type { TableName } from '../source-schema.js';
import { LOCK_TIMEOUT, TABLES_UNKNOWN, whyNotLocked } from './fewer-readers.js';
import { tableOf } from './filtered-root.js';
import { quoteText } from './literals.js';
import { positionOf } from './position.js';
import type { Session } from './session.js';
import { complaintOf } from './translate-error.js';

/** Sessions whose transactions all see one moment, as long as they last. */
export interface Moment {
  readonly sessions: readonly Session[];
  readonly position: string | null;
  /** False where a table is not read by snapshot at all: MyISAM and its like show what is there now. */
  readonly consistent: boolean;
  /** Why one session serves all readers; null where each has its own. */
  readonly alone: ReadersReason | null;
}

type Connect = (signal: AbortSignal) => Promise<Session>;

export const BEGIN = 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY';
/** Writers queue behind a lock that waits: not for longer than this. */
const LOCK_SECONDS = 2;
const LOCK_TRIES = 3;
const LOCK_PAUSE_MS = 500;

/**
 * Begins the snapshot. No statement hands a snapshot on to another session, and the lock of the whole server
 * is not for ordinary users. So the tables are locked against writing while all sessions begin theirs; who
 * holds such a lock has waited for every transaction that wrote to them. Where the tables are not known, or
 * must not or cannot be locked, one session serves all readers.
 */
export async function beginMoment(connect: Connect, options: SnapshotOptions, log: Logger): Promise<Moment> {
  const { concurrency, tables = [], signal } = options;
  const sessions: Session[] = [await connect(signal)];
  try {
    const shared = await shareMoment(sessions, connect, options, log);
    const position = shared.kind === 'shared' ? shared.position : await beginAlone(sessions, log, signal);
    const alone = shared.kind === 'alone' && concurrency > 1 ? shared.reason : null;
    if (alone !== null) log.warn({ concurrency, ...alone }, 'one connection reads the source');
    const unsafe = await withoutSnapshot(sessions, tables, signal);
    if (unsafe.length > 0) log.warn({ tables: unsafe }, 'these tables have no snapshots');
    return { sessions, position, consistent: unsafe.length === 0, alone };
  } catch (error) {
    for (const session of sessions) session.destroy();
    throw error;
  }
}

type Shared =
  | { readonly kind: 'shared'; readonly position: string | null }
  | { readonly kind: 'alone'; readonly reason: ReadersReason };

async function beginAlone(
  [session]: readonly Session[],
  log: Logger,
  signal: AbortSignal,
): Promise<string | null> {
  if (session === undefined) throw new Error('a snapshot without a session');
  const position = await positionOf(session, log, signal);
  await session.query({ text: BEGIN, readers: null }, signal);
  return position;
}

/** Adds sessions up to the concurrency and begins on all under a lock, where there is one to be had. */
async function shareMoment(
  sessions: Session[],
  connect: Connect,
  { concurrency, tables = [], signal }: SnapshotOptions,
  log: Logger,
): Promise<Shared> {
  const [first] = sessions;
  if (first === undefined || concurrency < 2 || tables.length === 0) {
    return { kind: 'alone', reason: TABLES_UNKNOWN };
  }
  const locker = await connect(signal);
  try {
    const refused = await lock(locker, tables, signal);
    if (refused !== null) return { kind: 'alone', reason: refused };
    while (sessions.length < concurrency) sessions.push(await connect(signal));
    await Promise.all(sessions.map((session) => session.query({ text: BEGIN, readers: null }, signal)));
    return { kind: 'shared', position: await positionOf(first, log, signal) };
  } finally {
    // Its locks go with it.
    await locker.end();
  }
}

/** How long to wait for the lock, and the lock itself. */
export function lockStatements(tables: readonly TableName[]): readonly [patience: string, lock: string] {
  const names = new Set(tables.map(tableOf));
  return [
    `SET SESSION lock_wait_timeout = ${LOCK_SECONDS}`,
    `LOCK TABLES ${[...names].map((name) => `${name} READ`).join(', ')}`,
  ];
}

/** Null once the tables are locked, else why they cannot be. */
async function lock(
  locker: Session,
  tables: readonly TableName[],
  signal: AbortSignal,
): Promise<ReadersReason | null> {
  const [patience, text] = lockStatements(tables);
  await locker.query({ text: patience, readers: null }, signal);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await locker.query({ text, readers: null }, signal);
      return null;
    } catch (error) {
      const complaint = complaintOf(error);
      if (complaint === null) throw error;
      if (complaint.errno !== LOCK_TIMEOUT || attempt === LOCK_TRIES) {
        const tried = { tries: attempt, seconds: LOCK_SECONDS };
        return await whyNotLocked(locker, tables, complaint, tried, signal);
      }
      await delay(LOCK_PAUSE_MS, undefined, { signal });
    }
  }
}

/** The engine of each table that may be read. */
export function enginesStatement(tables: readonly TableName[]): string {
  const named = tables.map(
    ({ schema, name }) => ` OR (TABLE_SCHEMA = ${quoteText(schema)} AND TABLE_NAME = ${quoteText(name)})`,
  );
  return `SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE, TABLE_TYPE FROM information_schema.TABLES
        WHERE TABLE_SCHEMA = DATABASE()${named.join('')} ORDER BY 1, 2`;
}

/** Engines with snapshots of their own; a view may reach any table of its database. */
async function withoutSnapshot(
  [session]: readonly Session[],
  tables: readonly TableName[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const rows = await session?.query({ text: enginesStatement(tables), readers: null }, signal);
  const found = (rows ?? []).map((row) => row.map(String));
  const wanted = new Set(tables.map(({ schema, name }) => `${schema}.${name}`));
  const views = found.some(([schema, name, , type]) => type === 'VIEW' && wanted.has(`${schema}.${name}`));
  return found
    .filter(([schema, name]) => wanted.size === 0 || views || wanted.has(`${schema}.${name}`))
    .filter(([, , engine, type]) => type !== 'VIEW' && !['InnoDB', 'ROCKSDB'].includes(engine ?? ''))
    .map(([schema, name]) => `${schema}.${name}`);
}

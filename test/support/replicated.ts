import { setTimeout as delay } from 'node:timers/promises';
import { startPrivately, startReplica } from './engines/resolve-engines.js';
import { createMySqlDatabase, isMariaDb, once as onceMySql } from './mariadb-database.js';
import { createDatabase, once as oncePostgres } from './postgres-database.js';

/** A database of a primary, and the same on a replica that follows it. */
export interface Replicated extends AsyncDisposable {
  readonly primaryUrl: string;
  readonly replicaUrl: string;
  onPrimary(sql: string): Promise<unknown>;
  onReplica(sql: string): Promise<unknown>;
  /** From now on the replica receives and does not apply; it tells how far it is behind. */
  hold(): Promise<unknown>;
  /** The replica applies again what it receives. */
  release(): Promise<unknown>;
  /** MySQL and MariaDB: the replica receives, and its applier is stopped; `hold` is a mere delay. */
  stopApplying?(): Promise<unknown>;
  startApplying?(): Promise<unknown>;
}

/** Two private servers; the replica has caught up with the script. */
export function startReplicated(name: 'postgres' | 'mariadb', script: string): Promise<Replicated> {
  return name === 'postgres' ? replicatedPostgres(script) : replicatedMySql(script);
}

async function replicatedPostgres(script: string): Promise<Replicated> {
  const primary = await startPrivately('postgres');
  const database = await createDatabase(primary.url, script);
  await database.query("ALTER SYSTEM SET wal_keep_size = '256MB'"); // the replica may ask for what is older than its copy
  const [setting] = await database.query<{ data_directory: string }>('SHOW data_directory');
  const isUp = () => succeeds(() => database.query('SELECT 1'));
  await database.query('CHECKPOINT'); // commits of this server reach the disk later
  primary.outage.kill();
  await until(async () => !(await isUp()));
  const replica = await startReplica(primary.url, setting?.data_directory ?? '');
  primary.outage.start();
  await until(isUp);
  const replicaUrl = replica.url.replace(/[^/]*$/, database.name);
  const onReplica = (sql: string) =>
    oncePostgres(replicaUrl, async (client) => (await client.query(sql)).rows as unknown[]);
  await until(async () => (await onReplica('SELECT FROM pg_stat_wal_receiver')).length === 1);
  return {
    primaryUrl: database.url,
    replicaUrl,
    onPrimary: (sql) => database.query(sql),
    onReplica,
    hold: () => onReplica('SELECT pg_wal_replay_pause()'),
    release: () => onReplica('SELECT pg_wal_replay_resume()'),
    async [Symbol.asyncDispose]() {
      await replica.stop();
      await primary.stop();
    },
  };
}

/** What the two call it; MySQL 8.4 knows the old words no more. */
const MARIADB = {
  position: 'SHOW MASTER STATUS',
  change: 'CHANGE MASTER TO',
  of: 'MASTER',
  replica: 'SLAVE',
  login: '',
};
const MYSQL = {
  ...{
    position: 'SHOW BINARY LOG STATUS',
    change: 'CHANGE REPLICATION SOURCE TO',
    of: 'SOURCE',
    replica: 'REPLICA',
  },
  login: ', GET_SOURCE_PUBLIC_KEY = 1', // its passwords are sent encrypted, with TLS or without
};

async function replicatedMySql(script: string): Promise<Replicated> {
  const [primary, replica] = await Promise.all([startPrivately('mariadb'), startPrivately('mariadb')]);
  const words = (await isMariaDb(primary.url)) ? MARIADB : MYSQL;
  const [status] = await onceMySql(primary.url, words.position);
  const { port, username, password } = new URL(primary.url);
  const onReplica = (sql: string) => onceMySql(replica.url, sql);
  const { change, of } = words;
  await onReplica(`
    SET GLOBAL server_id = 2;
    ${change} ${of}_HOST = '127.0.0.1', ${of}_PORT = ${port}, ${of}_USER = '${username}', ${of}_PASSWORD = '${password}',
      ${of}_LOG_FILE = '${status?.[0]}', ${of}_LOG_POS = ${status?.[1]}${words.login};
    START ${words.replica}`);
  const database = await createMySqlDatabase(primary.url, `${script} CREATE TABLE last_of_script (id int)`);
  const replicaUrl = replica.url.replace(/[^/]*$/, database.name);
  await until(() => succeeds(() => onceMySql(replicaUrl, 'SELECT 1 FROM last_of_script')));
  const delayed = (seconds: number) =>
    onReplica(`STOP ${words.replica}; ${change} ${of}_DELAY = ${seconds}; START ${words.replica}`);
  return {
    primaryUrl: database.url,
    replicaUrl,
    onPrimary: (sql) => database.query(sql),
    onReplica,
    hold: () => delayed(3600),
    release: () => delayed(0),
    stopApplying: () => onReplica(`STOP ${words.replica} SQL_THREAD`),
    startApplying: () => onReplica(`START ${words.replica} SQL_THREAD`),
    async [Symbol.asyncDispose]() {
      await replica.stop();
      await primary.stop();
    },
  };
}

async function succeeds(work: () => Promise<unknown>): Promise<boolean> {
  return work().then(
    () => true,
    () => false,
  );
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(50);
}

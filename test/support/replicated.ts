import { setTimeout as delay } from 'node:timers/promises';
import { startPrivately, startReplica } from './engines/resolve-engines.js';
import { createMySqlDatabase, once as onceMariaDb } from './mariadb-database.js';
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
}

/** Two private servers; the replica has caught up with the script. */
export function startReplicated(name: 'postgres' | 'mariadb', script: string): Promise<Replicated> {
  return name === 'postgres' ? replicatedPostgres(script) : replicatedMariaDb(script);
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

async function replicatedMariaDb(script: string): Promise<Replicated> {
  const [primary, replica] = await Promise.all([startPrivately('mariadb'), startPrivately('mariadb')]);
  const [status] = await onceMariaDb(primary.url, 'SHOW MASTER STATUS');
  const { port, username, password } = new URL(primary.url);
  const onReplica = (sql: string) => onceMariaDb(replica.url, sql);
  await onReplica(`
    SET GLOBAL server_id = 2;
    CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${port}, MASTER_USER = '${username}',
      MASTER_PASSWORD = '${password}', MASTER_LOG_FILE = '${status?.[0]}', MASTER_LOG_POS = ${status?.[1]};
    START SLAVE`);
  const database = await createMySqlDatabase(primary.url, `${script} CREATE TABLE last_of_script (id int)`);
  const replicaUrl = replica.url.replace(/[^/]*$/, database.name);
  await until(() => succeeds(() => onceMariaDb(replicaUrl, 'SELECT 1 FROM last_of_script')));
  const delayed = (seconds: number) =>
    onReplica(`STOP SLAVE; CHANGE MASTER TO MASTER_DELAY = ${seconds}; START SLAVE`);
  return {
    primaryUrl: database.url,
    replicaUrl,
    onPrimary: (sql) => database.query(sql),
    onReplica,
    hold: () => delayed(3600),
    release: () => delayed(0),
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

import type { Logger } from '../../support/log.js';
import type { AdapterOptions } from '../adapter-options.js';
import type { ObservedQueries } from '../observed-queries.js';
import type { ReplicaLag } from '../replica-lag.js';
import type { EntityQuery } from '../row-query.js';
import type {
  Snapshot,
  SnapshotOptions,
  SnapshotShare,
  Source,
  SourceCapabilities,
  SourceStatements,
} from '../source.js';
import { type SourceSchema, tableLabel } from '../source-schema.js';
import type { ColumnStatistics } from '../source-statistics.js';
import type { SourceUrl } from '../source-url.js';
import { textOf } from '../text-of.js';
import { type Address, parseAddress } from './address.js';
import type { Ask } from './ask.js';
import { ChunkTransactions } from './chunk-transactions.js';
import { discover } from './discover.js';
import { withHiddenColumns } from './hidden-columns.js';
import { findingJson } from './json-columns.js';
import { readObservedQueries } from './observed-queries.js';
import { probe } from './probe.js';
import { readReplicaLag } from './replica-lag.js';
import { Session } from './session.js';
import { openMySqlSnapshot } from './snapshot.js';
import { mysqlStatements } from './statements.js';
import { readStatistics } from './statistics.js';

/** MySQL and MariaDB. Connects once, so that a wrong password is known before anything else. Throws `SOURCE_*`. */
export async function openMySqlSource(url: SourceUrl, options: AdapterOptions): Promise<Source> {
  const parsed = parseAddress(url, { ...options, environment: process.env });
  const { statementTimeoutMs } = options;
  const address = statementTimeoutMs === null ? parsed : { ...parsed, statementTimeoutMs };
  return new MySqlSource(address, await Session.connect(address, options.signal), options);
}

const HIDDEN =
  'the user may read some columns of this table only, and is not told of the others: GRANT SELECT on the table shows all';

class MySqlSource implements Source {
  readonly capabilities: SourceCapabilities = { consistentSnapshot: true, where: true, groups: true };
  readonly label: string;
  readonly statements: SourceStatements;
  readonly #address: Address;
  readonly #log: Logger;
  readonly #signal: AbortSignal;
  /** For discovery and probes; snapshots have their own. Opened anew where it was lost. */
  #session: Session;

  constructor(address: Address, session: Session, { log, signal }: AdapterOptions) {
    this.label = `mysql://${address.place}`;
    this.statements = mysqlStatements(session);
    this.#address = address;
    this.#session = session;
    this.#log = log;
    this.#signal = signal;
  }

  async discover(signal: AbortSignal, schemas?: readonly string[]): Promise<SourceSchema> {
    const session = await this.#alive();
    const findJson = session.mariadb ? findingJson(session, signal) : null;
    const ask = asking(session, signal);
    const schema = await discover(ask, findJson, schemas);
    const names = new Set([schema.defaultSchema, ...schema.tables.map((table) => table.schema)]);
    for (const table of await withHiddenColumns(ask, [...names])) {
      this.#log.warn({ table: tableLabel(table, schema.defaultSchema) }, HIDDEN);
    }
    return schema;
  }

  async probe(query: EntityQuery, signal: AbortSignal): Promise<string | null> {
    return probe(query, asking(await this.#alive(), signal));
  }

  async statistics(signal: AbortSignal, schemas?: readonly string[]): Promise<readonly ColumnStatistics[]> {
    return readStatistics(asking(await this.#alive(), signal), schemas);
  }

  async observedQueries(signal: AbortSignal): Promise<ObservedQueries> {
    return readObservedQueries(asking(await this.#alive(), signal));
  }

  async ask(sql: string, signal: AbortSignal): Promise<string | null> {
    const [row] = await asking(await this.#alive(), signal)({ text: sql, readers: null });
    return textOf(row?.[0] ?? null);
  }

  async replicaLag(signal: AbortSignal): Promise<ReplicaLag> {
    return readReplicaLag(await this.#alive(), signal);
  }

  openSnapshot(options: SnapshotOptions): Promise<Snapshot> {
    return openMySqlSnapshot((signal) => Session.connect(this.#address, signal), options, this.#log);
  }

  /** Only transactions of their own are shared: no session of MySQL can see what another one sees. */
  async joinSnapshot(_share: SnapshotShare, options: SnapshotOptions): Promise<Snapshot> {
    return new ChunkTransactions(() => Session.connect(this.#address, options.signal), options, null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.end();
  }

  async #alive(): Promise<Session> {
    if (this.#session.failure !== null) this.#session = await Session.connect(this.#address, this.#signal);
    return this.#session;
  }
}

function asking(session: Session, signal: AbortSignal): Ask {
  return (statement) => session.query(statement, signal);
}

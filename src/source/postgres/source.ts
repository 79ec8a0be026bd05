import type { Logger } from '../../support/log.js';
import type { AdapterOptions } from '../adapter-options.js';
import { LeasePool } from '../lease-pool.js';
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
import type { SourceSchema } from '../source-schema.js';
import type { ColumnStatistics } from '../source-statistics.js';
import type { SourceUrl } from '../source-url.js';
import { textOf } from '../text-of.js';
import { type Address, parseAddress } from './address.js';
import type { Ask } from './ask.js';
import { discover } from './discover.js';
import { readObservedQueries } from './observed-queries.js';
import { probe } from './probe.js';
import { readReplicaLag } from './replica-lag.js';
import { Session } from './session.js';
import { joinPostgresSnapshot, openPostgresSnapshot } from './snapshot.js';
import { postgresStatements } from './statements.js';
import { readStatistics } from './statistics.js';
import { Transaction } from './transaction.js';

/** Connects once, so that a wrong password is known before anything else happens. Throws `SOURCE_*`. */
export async function openPostgresSource(url: SourceUrl, options: AdapterOptions): Promise<Source> {
  const parsed = parseAddress(url, { ...options, environment: process.env });
  const { statementTimeoutMs } = options;
  const address =
    statementTimeoutMs === null ? parsed : { ...parsed, statementTimeout: String(statementTimeoutMs) };
  const first = await Session.connect(address, options.signal);
  return new PostgresSource(address, first, options);
}

class PostgresSource implements Source {
  readonly capabilities: SourceCapabilities = { consistentSnapshot: true, where: true, groups: true };
  readonly label: string;
  readonly statements: SourceStatements;
  readonly #address: Address;
  readonly #log: Logger;
  /** For discovery and probes; snapshots have their own. */
  readonly #sessions: LeasePool<Session>;

  constructor(address: Address, first: Session, { log, signal }: AdapterOptions) {
    this.label = `postgres://${address.place}`;
    this.statements = postgresStatements(first.beginning);
    this.#address = address;
    this.#log = log;
    this.#sessions = new LeasePool(1, () => Session.connect(address, signal), [first]);
  }

  discover(signal: AbortSignal): Promise<SourceSchema> {
    return this.#inTransaction(signal, (ask) => discover(ask, this.#log));
  }

  probe(query: EntityQuery, signal: AbortSignal): Promise<string | null> {
    return this.#inTransaction(signal, (ask) => probe(query, ask));
  }

  statistics(signal: AbortSignal): Promise<readonly ColumnStatistics[]> {
    return this.#inTransaction(signal, readStatistics);
  }

  observedQueries(signal: AbortSignal): Promise<ObservedQueries> {
    return this.#inTransaction(signal, readObservedQueries);
  }

  ask(sql: string, signal: AbortSignal): Promise<string | null> {
    return this.#inTransaction(signal, async (ask) => {
      const [row] = await ask({ text: sql, values: [] });
      return textOf(row?.[0] ?? null);
    });
  }

  replicaLag(signal: AbortSignal): Promise<ReplicaLag> {
    return this.#inTransaction(signal, readReplicaLag);
  }

  openSnapshot(options: SnapshotOptions): Promise<Snapshot> {
    return openPostgresSnapshot((signal) => Session.connect(this.#address, signal), options, this.#log);
  }

  async joinSnapshot(share: SnapshotShare, options: SnapshotOptions): Promise<Snapshot> {
    return joinPostgresSnapshot((signal) => Session.connect(this.#address, signal), share, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sessions[Symbol.asyncDispose]();
  }

  async #inTransaction<Result>(signal: AbortSignal, work: (ask: Ask) => Promise<Result>): Promise<Result> {
    await using transaction = await Transaction.begin(this.#sessions, null, signal);
    return await work((statement) => transaction.session.query(statement, signal));
  }
}

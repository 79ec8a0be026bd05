import type { IndexKey } from '../item/key-attribute.js';
import type { Logger } from '../support/log.js';

/** What a sink has to know of the table; a `ResolvedTable` is one. The table's keys are of type S. */
export interface SinkTable {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly indexes: readonly SinkIndex[];
}

export interface SinkIndex {
  readonly name: string;
  readonly partitionKey: IndexKey;
  readonly sortKey: IndexKey | null;
}

export interface DynamoDbSinkOptions {
  readonly table: SinkTable;
  /** Region, profile and endpoint: default as the AWS SDK finds them (environment, shared config files). */
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly endpointUrl?: string | undefined;
  /** The most requests under way at once. Default 32. */
  readonly connections?: number | undefined;
  /** Milliseconds from sending a request to the end of its reply. Default 20,000. */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * Milliseconds that a write without a reply stays unsettled after its connection is destroyed, so that
   * what the server still holds of it cannot land over a newer put. Default 5,000.
   */
  readonly graceMs?: number | undefined;
  /** Milliseconds that a reader goes on without one page or item before it gives up. Default 10 minutes. */
  readonly patienceMs?: number | undefined;
  readonly log?: Logger | undefined;
}

export interface MemorySinkOptions {
  readonly table: SinkTable;
}

/** The options of each sink, by its name. */
export interface SinkOptions {
  readonly dynamodb: DynamoDbSinkOptions;
  readonly memory: MemorySinkOptions;
}

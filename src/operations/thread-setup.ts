import type { RetryPolicy } from '../pipeline/retry.js';
import type { DynamoDbSinkOptions } from '../sink/sink-options.js';
import type { Consistency } from '../source/source.js';
import type { SourceSchema } from '../source/source-schema.js';
import type { LogLevel } from '../support/log.js';
import type { BackfillSetup } from './backfill/backfill-mappers.js';
import type { ChangedEntities } from './catch-up/changes.js';
import type { ExistingChoice } from './only-changed.js';
import type { RowsOrigin } from './rows-origin.js';

/** From what a thread opens the same source, sink and mapping as the run: plain data, as it was asked for. */
export interface ThreadParts {
  /** The mapping's file, and the table that overrides its own. */
  readonly mapping: string;
  readonly table: string | undefined;
  readonly rows: RowsOrigin;
  readonly sinkOptions: Omit<DynamoDbSinkOptions, 'table' | 'connections' | 'log'>;
  /** The folder of the checkpoints. */
  readonly state: string;
}

/** What a thread is given when it begins. Plain data. */
export interface ThreadSetup extends ThreadParts {
  readonly mappingDigest: string;
  readonly schema: SourceSchema;
  readonly policy: ExistingChoice;
  /** Only the rows that these ways lead to, of the entities that are named; null: all. */
  readonly changed: ChangedEntities | null;
  /** Only what another mapping did not make; null: everything. */
  readonly backfill: BackfillSetup | null;
  /** The run whose checkpoint keeps the keys that collide; null: none do. */
  readonly collisions: string | null;
  /** When the run began, in epoch milliseconds: what had expired then is left out. */
  readonly begun: number;
  readonly consistency: Consistency;
  /** Chunks that it reads at once, at most. */
  readonly readers: number;
  readonly concurrency: number;
  readonly maxPendingBytes: number;
  /** Bytes of parents that it keeps at most, where the source looks them up. */
  readonly lookupBytes: number;
  readonly retry: RetryPolicy;
  readonly logLevel: LogLevel;
}

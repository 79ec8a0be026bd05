import type { LoadedMapping } from '../mapping/load-mapping.js';
import type { OpenRows } from '../operations/rows-origin.js';
import type { WriteLimit } from '../operations/write-limit.js';
import type { WriteRowsOptions } from '../operations/write-rows-options.js';
import type { Meter } from '../pipeline/meter.js';
import type { Consistency } from '../source/source.js';
import type { Session } from './base-command.js';
import { type AwsFlags, maxWriteUnitsOf, selectionOf, threadPartsOf, writeUnitsOf } from './open-run.js';

interface RunFlags extends AwsFlags {
  readonly state: string;
  readonly entity?: readonly string[] | undefined;
  readonly limit?: number | undefined;
  readonly 'where-key'?: readonly string[] | undefined;
  readonly resume: boolean;
  readonly restart: boolean;
  readonly 'chunk-size': number;
  readonly concurrency: number;
  readonly 'source-concurrency': number;
  readonly consistency: Consistency;
  readonly 'max-snapshot-age'?: number | undefined;
  readonly 'source-patience': number;
  readonly 'throttle-query'?: string | undefined;
  readonly 'max-lag'?: number | undefined;
  readonly 'max-write-units'?: WriteLimit | undefined;
  readonly threads: number | 'auto';
  readonly 'max-rejects'?: number | undefined;
  readonly patience: number;
}

/** What is open already. */
export interface RunParts {
  readonly mapping: LoadedMapping;
  readonly rows: OpenRows;
  readonly meter: Meter;
}

/** What the flags say of a run that reads rows and writes items, whichever items these are. */
export function runOptionsOf(
  flags: RunFlags,
  { mapping, rows, meter }: RunParts,
  session: Session,
): Omit<WriteRowsOptions, 'sink' | 'state' | 'existing' | 'onPrepared'> {
  return {
    mapping,
    source: rows.source,
    reads: rows.reads,
    readBy: rows.origin.kind === 'database' ? undefined : rows.origin.mapping.digest,
    entities: flags.entity,
    selection: selectionOf(flags),
    mode: flags.resume ? 'resume' : flags.restart ? 'restart' : undefined,
    chunkSize: flags['chunk-size'],
    concurrency: flags.concurrency,
    sourceConcurrency: flags['source-concurrency'],
    consistency: flags.consistency,
    maxSnapshotAgeMs: flags['max-snapshot-age'],
    sourcePatienceMs: flags['source-patience'],
    throttle: { query: flags['throttle-query'], maxLagMs: flags['max-lag'] },
    maxWriteUnits: () => maxWriteUnitsOf(mapping, flags, session),
    writeUnitsOf: (limit) => writeUnitsOf(mapping, flags, session, limit),
    threads: { count: flags.threads, parts: threadPartsOf(mapping, rows.origin, flags) },
    maxRejects: flags['max-rejects'],
    patienceMs: flags.patience * 1000,
    meter,
    log: session.log,
    signal: session.signal,
  };
}

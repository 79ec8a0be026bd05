import type { LoadedMapping } from '../mapping/load-mapping.js';
import type { WriteLimit } from '../operations/write-limit.js';
import type { WriteRowsOptions } from '../operations/write-rows-options.js';
import type { Meter } from '../pipeline/meter.js';
import type { Consistency } from '../source/source.js';
import type { Session } from './base-command.js';
import {
  type AwsFlags,
  maxWriteUnitsOf,
  type SourceFlags,
  selectionOf,
  threadPartsOf,
  writeUnitsOf,
} from './open-run.js';

interface RunFlags extends AwsFlags, SourceFlags {
  readonly table?: string | undefined;
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
  /** The rows come from the table itself, which no other thread opens. */
  readonly 'from-table'?: boolean | undefined;
  readonly threads: number | 'auto';
  readonly 'max-rejects'?: number | undefined;
  readonly patience: number;
}

/** What the flags say of a run that reads rows and writes items, whichever items these are. `file`: the mapping's. */
export function runOptionsOf(
  flags: RunFlags,
  file: string,
  mapping: LoadedMapping,
  session: Session,
  meter: Meter,
): Omit<WriteRowsOptions, 'source' | 'sink' | 'state' | 'existing' | 'onPrepared'> {
  return {
    mapping,
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
    threads: flags['from-table']
      ? undefined
      : { count: flags.threads, parts: threadPartsOf({ ...flags, mapping: file }) },
    maxRejects: flags['max-rejects'],
    patienceMs: flags.patience * 1000,
    meter,
    log: session.log,
    signal: session.signal,
  };
}

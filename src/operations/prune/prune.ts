import { itemFingerprint } from '../../compare/digest.js';
import type { Joined } from '../../compare/item-join.js';
import { canonicalKey } from '../../item/canonical.js';
import type { LoadedMapping } from '../../mapping/load-mapping.js';
import { sinkError } from '../../sink/errors.js';
import type { Source } from '../../source/source.js';
import type { PointInTimeRecovery } from '../../table/point-in-time-recovery.js';
import { ownedNames } from '../owned-names.js';
import { mappedTables, prepare } from '../prepare.js';
import { type ReadDifferences, readDifferences } from '../read-differences.js';
import { lookAgain, type SecondLook } from '../second-look.js';
import { type DeleteOptions, deleteOrphans, inBatches, type Looked, type Orphan } from './delete-orphans.js';
import { holdFuse, MAX_DELETES, type MaxDeletes, refuseOtherDiff, requireRecovery } from './prune-limits.js';
import type { PruneReport } from './prune-report.js';

export interface PruneOptions extends Omit<DeleteOptions, 'keys'> {
  readonly mapping: LoadedMapping;
  readonly source: Source;
  /** File that a diff has written. */
  readonly differences: string;
  readonly maxDeletes?: MaxDeletes | undefined;
  readonly pointInTimeRecovery: () => Promise<PointInTimeRecovery>;
  /** Delete although it is off or cannot be told. */
  readonly withoutRecovery?: boolean | undefined;
}

/**
 * Deletes the orphans of a diff. Each is looked at again, row first: it goes only when it still is the whole item
 * that the diff saw and no row makes its key, as `deleteOrphans` says; after a kill the same call goes on.
 * Throws as `diff` does, `RUN_DIFFERENCES`, `RUN_FUSE`, `RUN_UNPROTECTED`, `USAGE_VALUE`.
 */
export async function prune(options: PruneOptions): Promise<PruneReport> {
  const started = performance.now();
  const { mapping, source, sink, signal } = options;
  await using differences = await readDifferences(options.differences);
  refuseOtherDiff(differences, options.differences, { mapping, source, sink, at: Date.now() });
  const { items, totals } = differences.end;
  const { orphans } = totals;
  const fuse = { orphans, items, found: `the diff found ${orphans} orphans` };
  const maxDeletes = holdFuse(options.maxDeletes ?? MAX_DELETES, fuse);
  const pointInTimeRecovery = await options.pointInTimeRecovery();
  if (options.undo !== null && options.withoutRecovery !== true) {
    requireRecovery(pointInTimeRecovery, sink.label);
  }
  const { mappers, resolved } = await prepare(options);
  const reader = await sink.openReader();
  if (reader === null) throw sinkError('SINK_REFUSED', `${sink.label} cannot be read`);
  await using _ = reader;
  await using snapshot = await source.openSnapshot({
    concurrency: 1,
    tables: mappedTables(mappers),
    consistency: 'chunk',
    signal,
  });
  const keys = [resolved.table.partitionKey, resolved.table.sortKey];
  const look: SecondLook = {
    ...{ snapshot, reader, signal, keys, owned: ownedNames(resolved) },
    // All rows of a key count, those of collisions too.
    mappers: new Map(mappers.map((mapper) => [mapper.entity, mapper])),
  };
  const still = (batch: readonly Orphan[]) => stillOrphans(batch, look);
  const deletion = await deleteOrphans(inBatches(orphansOf(differences)), still, { ...options, keys });
  return {
    ...deletion,
    source: source.label,
    table: sink.label,
    differences: options.differences,
    foundAt: differences.header.startedAt,
    ...{ maxDeletes, items, pointInTimeRecovery },
    durationMs: Math.round(performance.now() - started),
  };
}

export async function* orphansOf(differences: ReadDifferences): AsyncGenerator<Orphan, void, undefined> {
  for await (const difference of differences.differences()) {
    if (difference.kind === 'orphan') yield difference;
  }
}

/** Those that still are the item that the diff saw, with no row that makes their key; and how many are no item any more. */
async function stillOrphans(orphans: readonly Orphan[], look: SecondLook): Promise<Looked> {
  const suspects = orphans.map(({ key: wire, entity, source }): Joined => {
    const key = canonicalKey(wire, look.keys);
    return { key, expected: null, found: { key, value: '', entity, source } };
  });
  const verdicts = await lookAgain(suspects, look);
  const items = verdicts.flatMap((verdict, at) => {
    const found = verdict?.difference.kind === 'orphan' ? verdict.found : null;
    return found !== null && itemFingerprint(found) === orphans[at]?.fingerprint ? [found] : [];
  });
  const settled = suspects.flatMap(({ key }, at) => (verdicts[at] === null ? [key] : []));
  const there = await look.reader.get(settled, look.signal);
  return { items, gone: settled.length - there.size };
}

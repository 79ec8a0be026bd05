import { runInProcess } from '../../executor/in-process.js';
import { compileObsolete } from '../../mapping/backfill/compile-obsolete.js';
import { resolveOrThrow } from '../../mapping/check-mapping.js';
import { compareMappings } from '../../mapping/compare/compare-mappings.js';
import type { LoadedMapping } from '../../mapping/load-mapping.js';
import { PAGE_BYTES } from '../../pipeline/pipeline.js';
import { sinkError } from '../../sink/errors.js';
import type { Source } from '../../source/source.js';
import type { PointInTimeRecovery } from '../../table/point-in-time-recovery.js';
import { usageError } from '../errors.js';
import { MIGRATE_DEFAULTS } from '../migrate.js';
import { probeQueries } from '../prepare.js';
import { type DeleteOptions, deleteOrphans } from './delete-orphans.js';
import { ObsoleteFinder } from './obsolete-items.js';
import { holdFuse, MAX_DELETES, type MaxDeletes, mostDeletes, requireRecovery } from './prune-limits.js';
import type { Deletion, PruneCopiesReport } from './prune-report.js';

export interface PruneCopiesOptions extends Omit<DeleteOptions, 'keys'> {
  /** The mapping that has made the table; its copies that `mapping` has no more are obsolete. */
  readonly from: LoadedMapping;
  readonly mapping: LoadedMapping;
  /** The rows that the items of `from` tell, of the table that is pruned. */
  readonly source: Source;
  readonly maxDeletes?: MaxDeletes | undefined;
  /** About how many items the table has. */
  readonly countItems: () => Promise<number>;
  readonly pointInTimeRecovery: () => Promise<PointInTimeRecovery>;
  /** Delete although it is off or cannot be told. */
  readonly withoutRecovery?: boolean | undefined;
}

/**
 * Deletes what the old mapping makes of the rows and the new one does not, when there is no database to run a diff with:
 * the rows are those that the table's first copies tell. An item goes only while every item that the new mapping makes
 * of its row is there, first copies of the old mapping last, as `deleteOrphans` says; after a kill the same call goes
 * on. Throws `MAPPING_INVALID`, `SOURCE_QUERY` for what the items do not tell, `USAGE_COMBINATION`, `RUN_FUSE`,
 * `RUN_UNPROTECTED`, `SINK_*`.
 */
export async function pruneCopies(options: PruneCopiesOptions): Promise<PruneCopiesReport> {
  const started = performance.now();
  const { from, mapping, source, sink, signal, undo } = options;
  const schema = await source.discover(signal);
  const [old, next] = [resolveOrThrow(from, schema), resolveOrThrow(mapping, schema)];
  const changes = compareMappings(old, next);
  const { mappers, otherRows } = compileObsolete(old, next, changes);
  if (otherRows.length > 0) throw tellsNot(otherRows);
  await probeQueries(
    mappers.map(({ query }) => ({ entity: query.entity, query })),
    { mapping: from, source, signal },
  );
  const pointInTimeRecovery = await options.pointInTimeRecovery();
  if (undo !== null && options.withoutRecovery !== true) requireRecovery(pointInTimeRecovery, sink.label);
  const reader = await sink.openReader();
  if (reader === null) throw sinkError('SINK_REFUSED', `${sink.label} cannot be read`);
  await using _ = reader;
  const keys = [old.table.partitionKey, old.table.sortKey];
  using finder = new ObsoleteFinder({ reader, keys, table: old.table, signal });

  const concurrency = MIGRATE_DEFAULTS.sourceConcurrency;
  await using snapshot = await source.openSnapshot({ concurrency, tables: [], consistency: 'chunk', signal });
  for (const { query, map } of mappers) {
    const chunks = snapshot.planChunks(query, { rowsPerChunk: MIGRATE_DEFAULTS.chunkSize });
    await runInProcess(chunks, concurrency, async (chunk) => {
      for await (const page of snapshot.readChunk(query, chunk, { pageBytes: PAGE_BYTES, signal })) {
        await finder.look(Array.from(page.rows, map), page.rows.length);
        signal.throwIfAborted();
      }
    });
  }

  const items = await options.countItems();
  const limit = options.maxDeletes ?? MAX_DELETES;
  const { count: orphans } = finder;
  const found = `${orphans} items are of copies that ${mapping.file} does not have`;
  const maxDeletes = undo === null ? mostDeletes(limit, items) : holdFuse(limit, { orphans, items, found });
  const look = finder.lookAgain.bind(finder);
  const deletion = await deleteOrphans(finder.batches(), look, { ...options, keys });
  return {
    ...withGone(deletion, finder.gone),
    ...{ table: sink.label, from: from.file, copies: finder.copies(changes.obsolete) },
    ...{ rows: finder.rows, incomplete: finder.incomplete },
    ...{ maxDeletes, items, pointInTimeRecovery },
    durationMs: Math.round(performance.now() - started),
  };
}

/** What was not there at the first look counts like what was not at the second. */
function withGone(deletion: Deletion, gone: number): Deletion {
  return { ...deletion, gone: deletion.gone + gone, orphans: deletion.orphans + gone };
}

function tellsNot(entities: readonly string[]): Error {
  return usageError(
    'USAGE_COMBINATION',
    `the rows of ${entities.join(', ')} are others than by the old mapping (another where), which only the database can tell apart`,
    { hint: 'Prune by what tablefold diff --out FILE finds, with the database.' },
  );
}

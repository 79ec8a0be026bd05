import { LIMITS } from '../../item/limits.js';
import type { LoadedMapping } from '../../mapping/load-mapping.js';
import type { ResolvedIndex } from '../../mapping/resolved-mapping.js';
import { sinkError } from '../../sink/errors.js';
import type { Sink } from '../../sink/sink.js';
import type { Source } from '../../source/source.js';
import type { Logger } from '../../support/log.js';
import type { PointInTimeRecovery } from '../../table/point-in-time-recovery.js';
import { usageError } from '../errors.js';
import type { RowName } from '../made-items.js';
import { mappedTables, type Prepared } from '../prepare.js';
import { deleteOrphans, inBatches, type Orphan } from '../prune/delete-orphans.js';
import { OrphanSpool } from '../prune/orphan-spool.js';
import { orphansOf } from '../prune/prune.js';
import {
  holdFuse,
  MAX_DELETES,
  type MaxDeletes,
  mostDeletes,
  refuseOtherDiff,
  requireRecovery,
} from '../prune/prune-limits.js';
import type { Deletion, Fuses } from '../prune/prune-report.js';
import { type ReadDifferences, readDifferences } from '../read-differences.js';
import { RowSet } from '../row-set.js';
import { lineageIndexOf, lookAtOld, type OldLook, oldItemsOf } from './old-items.js';

/** How the former keys of the changed rows are known, and whether what lies there is deleted. */
export interface OldKeysRequest {
  readonly by: /** The table's index over the lineage attribute. */
    | { readonly kind: 'index' }
    /** File that a diff has written. */
    | { readonly kind: 'differences'; readonly file: string };
  /** New file for what is deleted; null: dry, nothing is deleted. */
  readonly undo: string | null;
  readonly maxDeletes?: MaxDeletes | undefined;
  readonly pointInTimeRecovery: () => Promise<PointInTimeRecovery>;
  /** Delete although it is off or cannot be told. */
  readonly withoutRecovery?: boolean | undefined;
  /** About how many items the table has. */
  readonly countItems: () => Promise<number>;
  readonly maxWriteUnits?: (() => Promise<number | undefined>) | undefined;
}

/** What became of the items that the changed rows left under former keys. Plain JSON. */
export interface OldKeysReport extends Deletion, Fuses {
  /** Its name. */
  readonly table: string;
  /** What told the keys: an index, or the file of a diff. */
  readonly index: string | null;
  readonly differences: string | null;
  /** Changed rows whose former keys were looked for. */
  readonly rows: number;
  /** Of the queries of the index; null where DynamoDB does not say, or there was none. */
  readonly readUnits: number | null;
}

export interface OldKeysOptions {
  readonly mapping: LoadedMapping;
  readonly source: Source;
  readonly sink: Sink;
  readonly log?: Logger | undefined;
  readonly signal: AbortSignal;
}

/** Ready before the first row is written, and run behind the last. */
export interface OldKeys extends AsyncDisposable {
  /**
   * `rows`: those that changed, a few at once, read with a snapshot. Throws `RUN_FUSE` where they left more items than
   * may be deleted, `SOURCE_*`, `SINK_*`.
   */
  remove(rows: (snapshot: OldLook['snapshot']) => AsyncIterable<readonly RowName[]>): Promise<OldKeysReport>;
}

type Guide =
  | { readonly kind: 'index'; readonly index: ResolvedIndex }
  | { readonly kind: 'differences'; readonly file: string; readonly differences: ReadDifferences };

/** `whole`: every entity that may have changed. Throws `USAGE_COMBINATION`, `RUN_DIFFERENCES`, `RUN_UNPROTECTED`. */
export async function openOldKeys(
  request: OldKeysRequest,
  options: OldKeysOptions,
  whole: Prepared,
): Promise<OldKeys> {
  const { sink } = options;
  const guide = await openGuide(request, options, whole);
  const pointInTimeRecovery = await request.pointInTimeRecovery();
  if (request.undo !== null && request.withoutRecovery !== true) {
    requireRecovery(pointInTimeRecovery, sink.label);
  }
  return {
    async remove(rows) {
      return { ...(await removeAll(rows, guide, request, options, whole)), pointInTimeRecovery };
    },
    async [Symbol.asyncDispose]() {
      if (guide.kind === 'differences') await guide.differences[Symbol.asyncDispose]();
    },
  };
}

async function openGuide(
  { by }: OldKeysRequest,
  { mapping, source, sink }: OldKeysOptions,
  { resolved: { table } }: Prepared,
): Promise<Guide> {
  if (by.kind === 'differences') {
    const differences = await readDifferences(by.file);
    refuseOtherDiff(differences, by.file, { mapping, source, sink, at: Date.now() });
    return { ...by, differences };
  }
  const index = lineageIndexOf(table);
  if (index !== null) return { kind: 'index', index };
  throw usageError('USAGE_COMBINATION', `no index of ${table.name} tells the items of a row`, {
    hint: `Add one to the mapping, byRow: { partitionKey: [${table.lineageAttribute}], projection: keysOnly }, and make it with tablefold backfill; or name the file of a diff: --old-keys FILE.`,
  });
}

async function removeAll(
  rows: Parameters<OldKeys['remove']>[0],
  guide: Guide,
  request: OldKeysRequest,
  { source, sink, log, signal }: OldKeysOptions,
  { mappers, resolved: { table } }: Prepared,
): Promise<Omit<OldKeysReport, 'pointInTimeRecovery'>> {
  const reader = await sink.openReader();
  if (reader === null) throw sinkError('SINK_REFUSED', `${sink.label} cannot be read`);
  await using _ = reader;
  const tables = mappedTables(mappers);
  await using snapshot = await source.openSnapshot({ concurrency: 1, tables, consistency: 'chunk', signal });
  const keys = [table.partitionKey, table.sortKey];
  // All rows of a key count, those of collisions too.
  const byEntity = new Map(mappers.map((mapper) => [mapper.entity, mapper]));
  const look: OldLook = { snapshot, reader, mappers: byEntity, keys, signal };
  using spool = new OrphanSpool<Orphan>();
  const seen = { rows: 0, units: null as number | null };
  const changed = new RowSet();
  for await (const some of rows(snapshot)) {
    seen.rows += some.length;
    for (const row of guide.kind === 'differences' ? some : []) changed.add(row);
    for (let at = 0; guide.kind === 'index' && at < some.length; at += LIMITS.batchGetItems) {
      const batch = some.slice(at, at + LIMITS.batchGetItems);
      const found = await oldItemsOf(batch, guide.index, table, look, (units) => {
        if (units !== null) seen.units = (seen.units ?? 0) + units;
      });
      spool.add(found);
      signal.throwIfAborted();
    }
  }
  if (guide.kind === 'differences') {
    for await (const orphan of orphansOf(guide.differences)) {
      if (changed.has(orphan)) spool.add([orphan]);
    }
  }
  const items = guide.kind === 'differences' ? guide.differences.end.items : await request.countItems();
  const limit = request.maxDeletes ?? MAX_DELETES;
  const found = `the rows are written; they left ${spool.count} items under former keys`;
  const maxDeletes =
    request.undo === null
      ? mostDeletes(limit, items)
      : holdFuse(limit, { orphans: spool.count, items, found });
  const maxWriteUnits = await request.maxWriteUnits?.();
  const deleting = { sink, keys, undo: request.undo, maxWriteUnits, log, signal };
  const last = (batch: readonly Orphan[]) => lookAtOld(batch, look);
  const deletion = await deleteOrphans(inBatches(spool.orphans()), last, deleting);
  return {
    ...deletion,
    table: table.name,
    index: guide.kind === 'index' ? guide.index.name : null,
    differences: guide.kind === 'differences' ? guide.file : null,
    ...{ rows: seen.rows, readUnits: seen.units, maxDeletes, items },
  };
}

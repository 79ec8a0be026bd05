import type { ExistingPolicy } from '../../sink/sink.js';
import type { Prepared } from '../prepare.js';
import { writeRows } from '../write-rows.js';
import type { WriteRowsOptions } from '../write-rows-options.js';
import type { BackfillReport } from './backfill-report.js';
import { indexLife } from './index-life.js';
import { type Backfill, type BackfillRequest, prepareBackfill } from './prepare-backfill.js';
import type { UnindexedItems } from './unindexed-items.js';

/** `mapping` is the new one. */
export interface BackfillOptions
  extends Omit<WriteRowsOptions, 'existing' | 'onPrepared'>,
    Omit<BackfillRequest, 'pendingIndexes'> {
  /** What to do where an item of a new copy exists already; default `insert-only`. */
  readonly newCopies?: ExistingPolicy | undefined;
  /**
   * Makes the new indexes of the table, before anything is written or after; absent: they are somebody else's to make.
   * Answers which it made.
   */
  readonly indexes?:
    | { readonly when: 'first' | 'after'; readonly make: () => Promise<readonly string[]> }
    | undefined;
  /** Looks in the end what indexes leave out; absent: nobody does. */
  readonly unindexed?: (() => Promise<readonly UnindexedItems[]>) | undefined;
  /** Told once the mappings are compared and before anything is written; throws to decline. */
  readonly onPrepared?: ((backfill: Backfill, prepared: Prepared) => Promise<void>) | undefined;
}

/**
 * Writes what the new mapping makes of the rows and the old one did not: items of new copies, and changes in place of
 * items that are there, of the attributes that differ and of no others, where they still are what the old mapping
 * makes. Nothing is deleted. Throws as `migrate` does, `USAGE_*` and what `indexes.make` throws.
 */
export async function backfill(options: BackfillOptions): Promise<BackfillReport> {
  const { from, mapping, indexes, onPrepared } = options;
  const { wanted, obsolete } = indexLife(from, mapping);
  const pendingIndexes = indexes?.when === 'first' ? [] : wanted;
  const { prepared, backfill: asked } = await prepareBackfill({ ...options, pendingIndexes }, options);
  let created: readonly string[] = [];
  const report = await writeRows(
    {
      ...options,
      existing: options.newCopies ?? 'insert-only',
      onPrepared: async () => {
        await onPrepared?.(asked, prepared);
        if (indexes?.when === 'first') created = await indexes.make();
      },
    },
    { prepared, catchUp: null, backfill: asked },
  );
  if (indexes?.when === 'after') created = await indexes.make();
  const unindexed = (await options.unindexed?.()) ?? null;
  return { ...report, changes: asked.changes, indexes: { created, obsolete }, unindexed };
}

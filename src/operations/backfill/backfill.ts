import type { MappingChanges } from '../../mapping/compare/compare-mappings.js';
import type { ExistingPolicy } from '../../sink/sink.js';
import type { MigrateReport } from '../migrate-report.js';
import { type WriteRowsOptions, writeRows } from '../write-rows.js';
import { type BackfillRequest, prepareBackfill } from './prepare-backfill.js';

/** `mapping` is the new one. */
export interface BackfillOptions extends Omit<WriteRowsOptions, 'existing'>, BackfillRequest {
  /** What to do where an item of a new copy exists already; default `insert-only`. */
  readonly newCopies?: ExistingPolicy | undefined;
}

/** What a finished backfill did. Plain JSON: `backfill --json` prints it. `held`: conditions that did not hold. */
export interface BackfillReport extends MigrateReport {
  readonly changes: MappingChanges;
}

/**
 * Writes what the new mapping makes of the rows and the old one did not: items of new copies, and changes in place of
 * items that are there, of the attributes that differ and of no others, where they still are what the old mapping
 * makes. Nothing is deleted. Throws as `migrate` does, and `USAGE_*`.
 */
export async function backfill(options: BackfillOptions): Promise<BackfillReport> {
  const { prepared, backfill: asked } = await prepareBackfill(options, options);
  const existing = options.newCopies ?? 'insert-only';
  const report = await writeRows({ ...options, existing }, { prepared, catchUp: null, backfill: asked });
  return { ...report, changes: asked.changes };
}

import { type CatchUpRequest, prepareCatchUp } from './catch-up/catch-up.js';
import type { MigrateReport } from './migrate-report.js';
import { prepare } from './prepare.js';
import { writeRows } from './write-rows.js';
import type { WriteRowsOptions } from './write-rows-options.js';

export { MIGRATE_DEFAULTS } from './write-rows-options.js';

export interface MigrateOptions extends WriteRowsOptions {
  /** Only rows that changed, and whatever holds something of them; their items are written over. */
  readonly changed?: CatchUpRequest | undefined;
}

/**
 * Every row of the mapped tables becomes its items, once. Resolves when each item is acknowledged, held
 * back or in the reject log. Throws `MAPPING_*`, `SOURCE_*`, `SINK_*`, `STATE_*`, `RUN_*`; the checkpoint is
 * kept then, and the same call with `mode: 'resume'` goes on.
 */
export async function migrate(options: MigrateOptions): Promise<MigrateReport> {
  const { changed } = options;
  const { prepared, catchUp } =
    changed === undefined
      ? { prepared: await prepare(options), catchUp: null }
      : await prepareCatchUp(changed, options);
  return writeRows(options, { prepared, catchUp, backfill: null });
}

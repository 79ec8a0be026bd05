import { type CatchUpRequest, prepareCatchUp } from './catch-up/catch-up.js';
import { type OldKeysRequest, openOldKeys } from './catch-up/old-keys.js';
import type { MigrateReport } from './migrate-report.js';
import { prepare } from './prepare.js';
import { writeRows } from './write-rows.js';
import type { WriteRowsOptions } from './write-rows-options.js';

export { MIGRATE_DEFAULTS } from './write-rows-options.js';

export interface MigrateOptions extends WriteRowsOptions {
  /** Only rows that changed, and whatever holds something of them; their items are written over. */
  readonly changed?: CatchUpRequest | undefined;
  /** What these rows left under former keys is looked for behind the last of them, and deleted; absent: it is not. */
  readonly oldKeys?: OldKeysRequest | undefined;
}

/**
 * Every row of the mapped tables becomes its items, once. Resolves when each item is acknowledged, held
 * back or in the reject log. Throws `MAPPING_*`, `SOURCE_*`, `SINK_*`, `STATE_*`, `RUN_*`; the checkpoint is
 * kept then, and the same call with `mode: 'resume'` goes on. With `oldKeys` also `RUN_DIFFERENCES`, `RUN_FUSE` and
 * `RUN_UNPROTECTED`.
 */
export async function migrate(options: MigrateOptions): Promise<MigrateReport> {
  const { changed } = options;
  return changed === undefined
    ? writeRows(options, { prepared: await prepare(options), catchUp: null, backfill: null })
    : catchUpWith(changed, options);
}

async function catchUpWith(changed: CatchUpRequest, options: MigrateOptions): Promise<MigrateReport> {
  const { prepared, whole, catchUp } = await prepareCatchUp(changed, options);
  await using oldKeys =
    options.oldKeys === undefined ? null : await openOldKeys(options.oldKeys, options, whole);
  const report = await writeRows(options, { prepared, catchUp, backfill: null });
  if (oldKeys === null || report.catchUp === null) return report;
  const removed = await oldKeys.remove((snapshot) => catchUp.rows(snapshot, options.signal));
  return { ...report, catchUp: { ...report.catchUp, oldKeys: removed } };
}

import { Flags } from '@oclif/core';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import type { OldKeysRequest } from '../operations/catch-up/old-keys.js';
import { usageError } from '../operations/errors.js';
import type { MaxDeletes } from '../operations/prune/prune-limits.js';
import type { WriteLimit } from '../operations/write-limit.js';
import type { Session } from './base-command.js';
import { deletionFlags, deletionOf } from './deletion-flags.js';
import { type AwsFlags, maxWriteUnitsOf, tableOf } from './open-run.js';

const INDEX = 'index';

/** Of catch-ups that delete what their rows left under former keys. */
export const oldKeysFlags = {
  'old-keys': Flags.string({
    helpValue: `${INDEX}|FILE`,
    description:
      'With --changed-since or --keys: delete the items that these rows left under former keys, as the index over the lineage attribute tells them, or FILE, which `diff --out FILE` has written. Counts them only, unless --confirm repeats the name of the table.',
    helpGroup: 'CATCH-UP',
  }),
  ...deletionFlags(
    { dependsOn: ['old-keys'], helpGroup: 'CATCH-UP' },
    "by the name of the diff's file, or of the table, and the time",
  ),
};

/** What is asked about former keys; undefined: nothing. Throws `USAGE_*`. */
export function oldKeysOf(
  flags: AwsFlags & {
    readonly 'old-keys'?: string | undefined;
    readonly 'changed-since'?: unknown;
    readonly keys?: string | undefined;
    readonly confirm?: string | undefined;
    readonly out?: string | undefined;
    readonly 'max-deletes'?: MaxDeletes | undefined;
    readonly 'without-pitr': boolean;
    readonly 'max-write-units'?: WriteLimit | undefined;
  },
  mapping: LoadedMapping,
  session: Session,
): OldKeysRequest | undefined {
  const { 'old-keys': guide, 'changed-since': since, keys } = flags;
  if (guide === undefined) return undefined;
  if (since === undefined && keys === undefined) {
    throw usageError('USAGE_COMBINATION', '--old-keys are those of rows that changed', {
      hint: 'Say which with --changed-since COLUMN=VALUE or --keys FILE; tablefold prune deletes those of all rows.',
    });
  }
  const { name } = tableOf(mapping);
  return {
    by: guide === INDEX ? { kind: 'index' } : { kind: 'differences', file: guide },
    ...deletionOf(flags, mapping, guide === INDEX ? `${name}.old-keys` : guide, session),
    maxWriteUnits: () => maxWriteUnitsOf(mapping, flags, session),
  };
}

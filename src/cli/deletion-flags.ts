import { Flags } from '@oclif/core';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { usageError } from '../operations/errors.js';
import { type MaxDeletes, parseMaxDeletes } from '../operations/prune/prune-limits.js';
import type { Session } from './base-command.js';
import { type AwsFlags, itemsOf, recoveryOf, tableOf } from './open-run.js';

const maxDeletesFlag = Flags.custom<MaxDeletes>({
  helpValue: 'N|N%',
  parse: async (text) => parseMaxDeletes(text),
});

/** How the flags of a deletion go with others, and where the help has them. */
interface Relations {
  readonly exclusive?: string[];
  readonly dependsOn?: string[];
  readonly helpGroup?: string;
}

/**
 * Of commands that delete items: nothing unless the table's name confirms it, no more than the fuse allows, and each
 * is in a file before. `undo`: what names that file. `ofConfirm`: where others may ask for the name as well.
 */
export function deletionFlags(relations: Relations, undo: string, ofConfirm: Relations = relations) {
  return {
    confirm: Flags.string({
      ...ofConfirm,
      helpValue: 'TABLE',
      description: 'The name of the table, once more.',
    }),
    out: Flags.string({
      ...relations,
      helpValue: 'FILE',
      description: `The new undo file. Default: ${undo}.`,
    }),
    'max-deletes': maxDeletesFlag({
      ...relations,
      defaultHelp: async () => '1%',
      description: 'Delete nothing when more was found, in items or of the items in the table.',
    }),
    'without-pitr': Flags.boolean({
      ...relations,
      description: 'Delete although point-in-time recovery of the table is off or cannot be told.',
    }),
  };
}

/** Throws `USAGE_VALUE` for the name of another table. */
export function isConfirmed(confirm: string | undefined, table: string): boolean {
  if (confirm === undefined) return false;
  if (confirm === table) return true;
  throw usageError('USAGE_VALUE', `--confirm ${confirm} is not the name of the table; nothing was changed`, {
    hint: `The table is ${table}: add --confirm ${table}, or name another with --table.`,
  });
}

/** `differences.ndjson` → `differences.undo-20260131T093000Z.ndjson` */
function undoFileOf(name: string): string {
  const moment = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${name.replace(/\.ndjson$/, '')}.undo-${moment}.ndjson`;
}

/** What the flags say of a deletion in the mapping's table. `found`: what the undo file is named by. Throws `USAGE_VALUE`. */
export function deletionOf(
  flags: AwsFlags & {
    readonly confirm?: string | undefined;
    readonly out?: string | undefined;
    readonly 'max-deletes'?: MaxDeletes | undefined;
    readonly 'without-pitr': boolean;
  },
  mapping: LoadedMapping,
  found: string,
  session: Session,
) {
  const { out = undoFileOf(found) } = flags;
  return {
    undo: isConfirmed(flags.confirm, tableOf(mapping).name) ? out : null,
    maxDeletes: flags['max-deletes'],
    withoutRecovery: flags['without-pitr'],
    pointInTimeRecovery: () => recoveryOf(mapping, flags, session),
    countItems: () => itemsOf(mapping, flags, session),
  };
}

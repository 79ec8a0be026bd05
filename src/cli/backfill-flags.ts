import { Flags } from '@oclif/core';
import type { BackfillGuard } from '../mapping/backfill/change-item.js';
import { usageError } from '../operations/errors.js';
import type { ExistingPolicy } from '../sink/sink.js';

const IF_OLDER = 'if-older=';

const newCopiesFlag = Flags.custom<ExistingPolicy>({
  helpValue: 'overwrite|insert-only|if-older=ATTR',
  parse: async (text) => {
    if (text === 'overwrite' || text === 'insert-only') return text;
    if (text.startsWith(IF_OLDER) && text.length > IF_OLDER.length)
      return { olderBy: text.slice(IF_OLDER.length) };
    throw usageError('USAGE_VALUE', `--new-copies ${JSON.stringify(text)} is no policy`, {
      hint: 'Write overwrite, insert-only, or if-older= and an attribute, such as if-older=updatedAt.',
    });
  },
});

/** What only a backfill can be told. */
export const backfillFlags = {
  from: Flags.string({
    helpValue: 'FILE',
    required: true,
    description: 'The mapping that wrote the table.',
  }),
  to: Flags.string({
    helpValue: 'FILE',
    required: true,
    env: 'TABLEFOLD_MAPPING',
    description: 'The new mapping. It may be in another spelling and other names: what its items are counts.',
  }),
  'from-table': Flags.boolean({
    description:
      'Read the rows from the table itself, by the mapping that wrote it, and not from the database that they came from.',
    helpGroup: 'SOURCE',
  }),
  'max-read-units': Flags.integer({
    min: 1,
    helpValue: 'UNITS/S',
    description:
      'With --from-table or --check-indexes: read units a second to stay below. Default: what the table gives.',
    helpGroup: 'SOURCE',
  }),
  'dry-run': Flags.boolean({
    description:
      'Read every row, show what would be written, what it costs and what is obsolete; write nothing.',
  }),
  'new-copies': newCopiesFlag({
    default: 'insert-only',
    defaultHelp: async () => 'insert-only',
    description:
      'What to do where an item of a new copy exists already: keep it, put over it, or put over it only where ATTR is less there.',
    helpGroup: 'CONDITIONS',
  }),
  'if-version': Flags.string({
    exclusive: ['if-unchanged'],
    helpValue: 'ATTR',
    description: 'Change an item only where ATTR still is what the row says.',
    helpGroup: 'CONDITIONS',
  }),
  'if-unchanged': Flags.boolean({
    description: 'Change an item only where everything still is what the old mapping makes of the row.',
    helpGroup: 'CONDITIONS',
  }),
  'remove-attributes': Flags.boolean({
    description: 'Remove attributes that the new mapping does not have any more. Default: they stay.',
  }),
  'create-indexes': Flags.option({
    options: ['first', 'after', 'never'] as const,
    default: 'after',
    description:
      'Make new indexes of the table once their attributes are there, or before, or leave it to others. One at a time, each waited for.',
    helpGroup: 'INDEXES',
  })(),
  'check-indexes': Flags.boolean({
    description:
      'Read the whole table in the end, or with --dry-run, and name the items that a global index leaves out without a word: their key is empty there, too long or of another type. Exit 6 when there are any.',
    helpGroup: 'INDEXES',
  }),
  'drop-indexes': Flags.boolean({
    exclusive: ['dry-run', 'resume', 'restart', 'check-indexes'],
    description: 'Only drop the indexes that the new mapping does not have any more. Needs --confirm.',
    helpGroup: 'INDEXES',
  }),
  confirm: Flags.string({
    dependsOn: ['drop-indexes'],
    helpValue: 'TABLE',
    description: 'The name of the table, once more.',
    helpGroup: 'INDEXES',
  }),
};

export function guardOf(flags: {
  readonly 'if-version'?: string | undefined;
  readonly 'if-unchanged': boolean;
}): BackfillGuard | null {
  const { 'if-version': attribute, 'if-unchanged': unchanged } = flags;
  if (attribute !== undefined) return { kind: 'version', attribute };
  return unchanged ? { kind: 'unchanged' } : null;
}

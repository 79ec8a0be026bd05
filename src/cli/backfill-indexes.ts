import type { LoadedMapping } from '../mapping/load-mapping.js';
import { dropObsoleteIndexes, type IndexDropReport } from '../operations/backfill/index-life.js';
import { findUnindexed, type UnindexedItems } from '../operations/backfill/unindexed-items.js';
import { usageError } from '../operations/errors.js';
import type { Session } from './base-command.js';
import { type AwsFlags, openDynamoDbOf, openSinkOf, tableOf } from './open-run.js';

/** Drops the indexes that the new mapping does not have, where `--confirm` repeats the name of their table. */
export async function dropConfirmed(
  from: LoadedMapping,
  mapping: LoadedMapping,
  flags: AwsFlags & { readonly confirm?: string | undefined },
  session: Session,
): Promise<IndexDropReport> {
  await using dynamo = await openDynamoDbOf(flags, session);
  return dropObsoleteIndexes({
    from,
    mapping,
    dynamo,
    ...indexWatch(session),
    onFound: async (table, indexes) => {
      if (flags.confirm === table) return;
      throw usageError(
        flags.confirm === undefined ? 'USAGE_MISSING' : 'USAGE_VALUE',
        `${indexes.join(', ')} of table ${table} (${dynamo.region}) would be dropped, and nothing was`,
        { hint: `What still asks them fails at once. To drop them for good, add --confirm ${table}.` },
      );
    },
  });
}

/** What `--check-indexes` looks for, in a table that need not have the `pending` ones. */
export function unindexedOf(
  mapping: LoadedMapping,
  pending: readonly string[],
  flags: Parameters<typeof openSinkOf>[1] & {
    readonly 'check-indexes': boolean;
    readonly 'max-read-units'?: number | undefined;
  },
  session: Session,
): (() => Promise<readonly UnindexedItems[]>) | undefined {
  if (!flags['check-indexes']) return undefined;
  return async () => {
    await using sink = await openSinkOf(mapping, flags, session, pending);
    const maxReadUnits = flags['max-read-units'];
    return await findUnindexed({ design: tableOf(mapping), sink, maxReadUnits, signal: session.signal });
  };
}

/** Tells how the indexes of a table come and go. */
export function indexWatch({ chatty, logLines, signal }: Session) {
  const onProgress = (text: string) => {
    if (chatty) logLines.write(`${text}\n`);
  };
  return { onProgress, signal };
}

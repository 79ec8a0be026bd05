import { Flags } from '@oclif/core';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { usageError } from '../operations/errors.js';
import { originOf } from '../operations/load-unchanged.js';
import type { OpenRows } from '../operations/rows-origin.js';
import { type NextRows, openExportRows, openTableRows } from '../operations/table-rows.js';
import { rateLimit } from '../pipeline/rate.js';
import { parseSourceUrl, refuseUnknown } from '../source/source-url.js';
import { systemClock } from '../support/time.js';
import type { Session } from './base-command.js';
import {
  awsOf,
  openDatabaseRows,
  openDynamoDbOf,
  openMapping,
  openSinkOf,
  openStateOf,
  type SourceFlags,
  tableOf,
} from './open-run.js';

/** Of commands that read rows from a table of items as well. */
export const tableSourceFlags = {
  from: Flags.string({
    helpValue: 'FILE',
    description:
      'With --source dynamodb://TABLE: the mapping that wrote the table. Its items are read back as the rows that they were made of.',
    helpGroup: 'SOURCE',
  }),
  'max-read-units': Flags.integer({
    min: 1,
    helpValue: 'UNITS/S',
    description:
      'With --source dynamodb://TABLE: read units a second to stay below. Default: what the table gives.',
    helpGroup: 'SOURCE',
  }),
};

interface RowsFlags extends SourceFlags {
  readonly from?: string | undefined;
  readonly 'max-read-units'?: number | undefined;
  readonly 'endpoint-url'?: string | undefined;
  readonly state: string;
  readonly concurrency: number;
}

/** A database; with `dynamodb://TABLE?region=…&endpoint=…` a table that `--from` wrote, with `file:FOLDER` an export of it. Throws `USAGE_*`, `SOURCE_*`. */
export async function openRowsOf(flags: RowsFlags, session: Session): Promise<OpenRows> {
  const { source, from } = flags;
  const isExport = isExportUrl(source);
  if (source === undefined || (!isExport && !source.startsWith('dynamodb://'))) {
    if (from === undefined) return openDatabaseRows(flags, session);
    throw usageError(
      'USAGE_COMBINATION',
      '--from is the mapping of a table that is read, and --source is none',
      {
        hint: 'Add --source dynamodb://TABLE, or leave --from out.',
      },
    );
  }
  if (from === undefined) {
    throw usageError('USAGE_MISSING', 'a table is read by the mapping that wrote it', {
      hint: 'Name that mapping with --from FILE, and the new one with --mapping FILE.',
    });
  }
  if (isExport) return openExportOf(await openMapping({ mapping: from }), source, flags, session);
  const url = parseSourceUrl(source);
  refuseUnknown(url, ['region', 'endpoint']);
  const aws = {
    ...flags,
    region: url.parameters.get('region') ?? flags.region,
    'endpoint-url': url.parameters.get('endpoint') ?? flags['endpoint-url'],
  };
  return openTableOf(
    await openMapping({ mapping: from, table: url.host === '' ? undefined : url.host }),
    aws,
    session,
  );
}

/** Whether a source is an export of a table in a folder. */
function isExportUrl(source: string | undefined): source is `file:${string}` {
  return source?.startsWith('file:') === true;
}

/** What a backfill reads: the table itself with `--from-table`, an export of it with `--source file:FOLDER`, or a database. */
export function openBackfillRows(
  from: LoadedMapping,
  next: NextRows,
  flags: Omit<RowsFlags, 'from'> & { readonly 'from-table': boolean },
  session: Session,
): Promise<OpenRows> {
  if (isExportUrl(flags.source)) return openExportOf(from, flags.source, flags, session);
  return flags['from-table'] ? openTableOf(from, flags, session, next) : openDatabaseRows(flags, session);
}

/** An export does not change while it is read, whatever becomes of its table. */
async function openExportOf(
  mapping: LoadedMapping,
  url: string,
  flags: { readonly state: string },
  { signal }: Session,
): Promise<OpenRows> {
  await using state = await openStateOf(flags);
  const folder = url.replace(/^file:(?:\/\/(?=\/))?/, '');
  const source = await openExportRows({ mapping, state, folder, signal });
  return {
    source,
    origin: { kind: 'export', mapping: originOf(mapping), folder },
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}

/** The rows that the items of a mapping's table were made of. Throws `USAGE_MISSING`, `TABLE_MISSING`, `SINK_*`. */
export async function openTableOf(
  mapping: LoadedMapping,
  flags: Omit<RowsFlags, 'source' | 'from'>,
  session: Session,
  next?: NextRows,
): Promise<OpenRows> {
  // Its indexes are not read, and need not be there any more.
  const indexes = tableOf(mapping).indexes.map(({ name }) => name);
  const sink = await openSinkOf(mapping, flags, session, indexes);
  try {
    await using dynamo = await openDynamoDbOf(flags, session);
    await using state = await openStateOf(flags);
    const reads = rateLimit(flags['max-read-units'] ?? Number.POSITIVE_INFINITY, systemClock);
    const { signal } = session;
    const source = await openTableRows({ mapping, next, sink, dynamo, state, reads, signal });
    return {
      source,
      origin: { kind: 'table', mapping: originOf(mapping), aws: awsOf(flags) },
      reads,
      [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
    };
  } catch (error) {
    await sink[Symbol.asyncDispose]();
    throw error;
  }
}

import { Flags } from '@oclif/core';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { usageError } from '../operations/errors.js';
import { openExportRows, openTableRows, type TableRowsOptions } from '../operations/table-rows.js';
import type { Source } from '../source/source.js';
import { parseSourceUrl, refuseUnknown } from '../source/source-url.js';
import type { Session } from './base-command.js';
import {
  openDynamoDbOf,
  openMapping,
  openSinkOf,
  openSourceOf,
  openStateOf,
  type SourceFlags,
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
export async function openRowsOf(flags: RowsFlags, session: Session): Promise<Source> {
  const { source, from } = flags;
  const isExport = isExportUrl(source);
  if (source === undefined || (!isExport && !source.startsWith('dynamodb://'))) {
    if (from === undefined) return openSourceOf(flags, session);
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
export function isExportUrl(source: string | undefined): source is `file:${string}` {
  return source?.startsWith('file:') === true;
}

/** What a backfill reads: the table itself with `--from-table`, an export of it with `--source file:FOLDER`, or a database. */
export function openBackfillRows(
  from: LoadedMapping,
  next: NonNullable<TableRowsOptions['next']>,
  flags: Omit<RowsFlags, 'from'> & { readonly 'from-table': boolean },
  session: Session,
): Promise<Source> {
  if (isExportUrl(flags.source)) return openExportOf(from, flags.source, flags, session);
  return flags['from-table'] ? openTableOf(from, flags, session, next) : openSourceOf(flags, session);
}

/** An export does not change while it is read, whatever becomes of its table. */
async function openExportOf(
  mapping: LoadedMapping,
  url: string,
  flags: { readonly state: string },
  { signal }: Session,
): Promise<Source> {
  await using state = await openStateOf(flags);
  const folder = url.replace(/^file:(?:\/\/(?=\/))?/, '');
  return await openExportRows({ mapping, state, folder, signal });
}

/** The rows that the items of a mapping's table were made of. Throws `USAGE_MISSING`, `TABLE_MISSING`, `SINK_*`. */
export async function openTableOf(
  mapping: LoadedMapping,
  flags: Omit<RowsFlags, 'source' | 'from'>,
  session: Session,
  next?: TableRowsOptions['next'],
): Promise<Source> {
  const sink = await openSinkOf(mapping, flags, session);
  try {
    await using dynamo = await openDynamoDbOf(flags, session);
    await using state = await openStateOf(flags);
    const maxReadUnits = flags['max-read-units'];
    const { signal } = session;
    const rows = await openTableRows({ mapping, next, sink, dynamo, state, maxReadUnits, signal });
    return {
      ...rows,
      async [Symbol.asyncDispose]() {
        await rows[Symbol.asyncDispose]();
        await sink[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await sink[Symbol.asyncDispose]();
    throw error;
  }
}

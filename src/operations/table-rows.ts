import type { DynamoDb } from '../dynamodb/client.js';
import { itemDecoder, type NextMapping } from '../mapping/from-items/item-decoder.js';
import { overwrittenAttributes } from '../mapping/from-items/successor.js';
import { type LoadedMapping, withTable } from '../mapping/load-mapping.js';
import { resolveMapping } from '../mapping/resolve-mapping.js';
import type { ResolvedMapping } from '../mapping/resolved-mapping.js';
import { rateLimit } from '../pipeline/rate.js';
import { sinkError } from '../sink/errors.js';
import type { Sink } from '../sink/sink.js';
import { openTable, openTableExport } from '../source/open-source.js';
import type { Source } from '../source/source.js';
import type { SourceSchema } from '../source/source-schema.js';
import type { StateStore } from '../state/state.js';
import { systemClock } from '../support/time.js';
import { describeTable } from '../table/describe-table.js';
import { usageError } from './errors.js';
import { knownSchema } from './known-schema.js';

export interface TableRowsOptions {
  /** The mapping that wrote the items. */
  readonly mapping: LoadedMapping;
  /** Its table; belongs to the caller. */
  readonly sink: Sink;
  readonly dynamo: DynamoDb;
  /** Where the run that wrote the items keeps what the tables were. */
  readonly state: StateStore;
  /** Read units a second to stay below; undefined: what the table gives. */
  readonly maxReadUnits?: number | undefined;
  /** What a backfill changes these items for while they are read; absent: nothing does. */
  readonly next?: { readonly mapping: LoadedMapping; readonly removeAttributes: boolean } | undefined;
  readonly signal: AbortSignal;
}

/**
 * The rows that the items of a table were made of, as a source: when the database is gone, and for new copies of what
 * only the table knows. Throws `USAGE_MISSING` where no run knows the tables, `USAGE_COMBINATION` where `next` overwrites
 * what rows are read from, `TABLE_MISSING`, `SINK_*`, `STATE_*`.
 */
export async function openTableRows(options: TableRowsOptions): Promise<Source> {
  const { mapping, sink, dynamo, state, maxReadUnits = Number.POSITIVE_INFINITY, signal } = options;
  const { resolved, schema } = await knownSchema({ mapping, state, signal });
  const next = options.next === undefined ? null : nextOf(resolved, schema, options.next);
  const { items } = await describeTable(dynamo, resolved.table.name, signal);
  const reader = await sink.openReader();
  if (reader === null) throw sinkError('SINK_REFUSED', `${sink.label} cannot be read`);
  const source = await openTable({
    scanner: reader,
    decoder: itemDecoder(resolved, schema, next),
    label: sink.label,
    itemCount: items,
    consistent: false,
    pace: rateLimit(maxReadUnits, systemClock),
  });
  return { ...source, [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose]() };
}

/** Null where the new mapping does not fit these tables, which the backfill itself says with every reason. */
function nextOf(
  old: ResolvedMapping,
  schema: SourceSchema,
  { mapping, removeAttributes }: NonNullable<TableRowsOptions['next']>,
): NextMapping | null {
  const { resolved } = resolveMapping(mapping.mapping, schema);
  if (resolved === null) return null;
  const overwritten = overwrittenAttributes(old, resolved, removeAttributes);
  if (overwritten.length === 0) return { resolved, removeAttributes };
  throw usageError(
    'USAGE_COMBINATION',
    `rows are read from ${overwritten.join(', ')}, which this backfill overwrites${removeAttributes ? ' or removes' : ''}: read once more, they would be others`,
    {
      hint: `Give what becomes another value another name${removeAttributes ? ', and leave --remove-attributes out' : ''}; or migrate into another table: tablefold migrate --source dynamodb://${old.table.name} --from OLD --mapping NEW --table NAME`,
    },
  );
}

export interface ExportRowsOptions extends Pick<TableRowsOptions, 'mapping' | 'state' | 'signal'> {
  /** `AWSDynamoDB/<id>` of an export to S3. */
  readonly folder: string;
}

/** The same from an export of the table: nearly of one moment, and no read units. Throws `SOURCE_QUERY`. */
export async function openExportRows({ mapping, state, folder, signal }: ExportRowsOptions): Promise<Source> {
  const { table, ...exported } = await openTableExport(folder);
  const written = withTable(mapping, table ?? undefined);
  const { resolved, schema } = await knownSchema({ mapping: written, state, signal });
  return openTable({
    ...exported,
    decoder: itemDecoder(resolved, schema),
    label: `file:${folder}`,
    consistent: false,
    pace: rateLimit(Number.POSITIVE_INFINITY, systemClock),
  });
}

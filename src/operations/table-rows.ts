import type { DynamoDb } from '../dynamodb/client.js';
import { resolveOrThrow } from '../mapping/check-mapping.js';
import { itemDecoder, type NextMapping } from '../mapping/from-items/item-decoder.js';
import { overwrittenAttributes } from '../mapping/from-items/successor.js';
import { type LoadedMapping, withTable } from '../mapping/load-mapping.js';
import { resolveMapping } from '../mapping/resolve-mapping.js';
import type { ResolvedMapping } from '../mapping/resolved-mapping.js';
import { type RateLimit, rateLimit } from '../pipeline/rate.js';
import { sinkError } from '../sink/errors.js';
import type { Sink } from '../sink/sink.js';
import type { TableExport } from '../source/item-decoder.js';
import { openTable, openTableExport } from '../source/open-source.js';
import type { Source } from '../source/source.js';
import type { SourceSchema } from '../source/source-schema.js';
import type { StateStore } from '../state/state.js';
import { systemClock } from '../support/time.js';
import { describeTable } from '../table/describe-table.js';
import { usageError } from './errors.js';
import { knownSchema } from './known-schema.js';

/** What a backfill changes items for while they are read. */
export interface NextRows {
  readonly mapping: LoadedMapping;
  readonly removeAttributes: boolean;
}

interface ItemRowsOptions {
  /** The mapping that wrote the items. */
  readonly mapping: LoadedMapping;
  /** What the tables were then. */
  readonly schema: SourceSchema;
  /** Bytes of parents to keep at most; default `LOOKUP_BYTES`. */
  readonly lookupBytes?: number | undefined;
}

export interface TableRowsOptions extends ItemRowsOptions {
  /** The mapping's table; belongs to the source from now on. */
  readonly sink: Sink;
  /** About how many items there are. */
  readonly itemCount: number;
  /** In read units. */
  readonly reads: RateLimit;
  /** Absent: nothing is changed. */
  readonly next?: NextRows | undefined;
}

/**
 * The rows that the items of a table were made of, as a source: when the database is gone, and for new copies of what
 * only the table knows. Throws `USAGE_COMBINATION` where `next` overwrites what rows are read from, `SINK_*`.
 */
export async function tableRows(options: TableRowsOptions): Promise<Source> {
  const { mapping, schema, sink, itemCount, reads, lookupBytes } = options;
  const resolved = resolveOrThrow(mapping, schema);
  const next = options.next === undefined ? null : nextOf(resolved, schema, options.next);
  const reader = await sink.openReader();
  if (reader === null) throw sinkError('SINK_REFUSED', `${sink.label} cannot be read`);
  const source = await openTable({
    scanner: reader,
    decoder: itemDecoder(resolved, schema, next),
    label: sink.label,
    itemCount,
    consistent: false,
    pace: reads,
    lookupBytes,
  });
  return {
    ...source,
    async [Symbol.asyncDispose]() {
      await reader[Symbol.asyncDispose]();
      await sink[Symbol.asyncDispose]();
    },
  };
}

export interface ExportRowsOptions extends ItemRowsOptions {
  readonly exported: TableExport;
  readonly folder: string;
}

/** The same from an export of the table: nearly of one moment, and no read units. */
export function exportRows({
  exported,
  folder,
  mapping,
  schema,
  lookupBytes,
}: ExportRowsOptions): Promise<Source> {
  const { scanner, itemCount } = exported;
  return openTable({
    scanner,
    decoder: itemDecoder(resolveOrThrow(mapping, schema), schema),
    label: `file:${folder}`,
    itemCount,
    consistent: false,
    pace: rateLimit(Number.POSITIVE_INFINITY, systemClock),
    lookupBytes,
  });
}

/** Who knows what is read. */
interface Known {
  /** The mapping that wrote the items. */
  readonly mapping: LoadedMapping;
  /** Where the run that wrote them keeps what the tables were. */
  readonly state: StateStore;
  readonly signal: AbortSignal;
}

/** As `tableRows`, as the run and the table know it. Throws `USAGE_MISSING` where no run knows the tables, `TABLE_MISSING`, `STATE_*`. */
export async function openTableRows({
  dynamo,
  ...options
}: Known & Omit<TableRowsOptions, 'schema' | 'itemCount'> & { readonly dynamo: DynamoDb }): Promise<Source> {
  const { schema, resolved } = await knownSchema(options);
  const { items } = await describeTable(dynamo, resolved.table.name, options.signal);
  return tableRows({ ...options, schema, itemCount: items });
}

/** As `exportRows` of `AWSDynamoDB/<id>`, a folder of an export to S3. Throws `SOURCE_QUERY`, `USAGE_MISSING`, `STATE_*`. */
export async function openExportRows({
  folder,
  ...known
}: Known & Pick<ExportRowsOptions, 'folder'>): Promise<Source> {
  const exported = await openTableExport(folder);
  const mapping = withTable(known.mapping, exported.table ?? undefined);
  const { schema } = await knownSchema({ ...known, mapping });
  return exportRows({ exported, folder, mapping, schema });
}

/** Null where the new mapping does not fit these tables, which the backfill itself says with every reason. */
function nextOf(
  old: ResolvedMapping,
  schema: SourceSchema,
  { mapping, removeAttributes }: NextRows,
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

import type { DynamoDb } from '../dynamodb/client.js';
import { itemDecoder } from '../mapping/from-items/item-decoder.js';
import { type LoadedMapping, withTable } from '../mapping/load-mapping.js';
import { rateLimit } from '../pipeline/rate.js';
import { sinkError } from '../sink/errors.js';
import type { Sink } from '../sink/sink.js';
import { openTable, openTableExport } from '../source/open-source.js';
import type { Source } from '../source/source.js';
import type { StateStore } from '../state/state.js';
import { systemClock } from '../support/time.js';
import { describeTable } from '../table/describe-table.js';
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
  readonly signal: AbortSignal;
}

/**
 * The rows that the items of a table were made of, as a source: when the database is gone, and for new copies of what
 * only the table knows. Throws `USAGE_MISSING` where no run knows the tables, `TABLE_MISSING`, `SINK_*`, `STATE_*`.
 */
export async function openTableRows(options: TableRowsOptions): Promise<Source> {
  const { mapping, sink, dynamo, state, maxReadUnits = Number.POSITIVE_INFINITY, signal } = options;
  const { resolved, schema } = await knownSchema({ mapping, state, signal });
  const { items } = await describeTable(dynamo, resolved.table.name, signal);
  const reader = await sink.openReader();
  if (reader === null) throw sinkError('SINK_REFUSED', `${sink.label} cannot be read`);
  const source = await openTable({
    scanner: reader,
    decoder: itemDecoder(resolved, schema),
    label: sink.label,
    itemCount: items,
    consistent: false,
    pace: rateLimit(maxReadUnits, systemClock),
  });
  return { ...source, [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose]() };
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

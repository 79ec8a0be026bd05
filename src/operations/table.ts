import type { DynamoDb } from '../dynamodb/client.js';
import type { Difference } from '../dynamodb/table-shape.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { resolveTable } from '../mapping/resolve/resolve-table.js';
import { compareTable } from '../table/compare-table.js';
import { createTable } from '../table/create-table.js';
import { describeTable, type TableReport } from '../table/describe-table.js';
import type { Billing } from '../table/table-request.js';

export interface TableOptions {
  readonly mapping: LoadedMapping;
  readonly dynamo: DynamoDb;
  readonly signal: AbortSignal;
}

/** The table, and where it is not as the mapping designs it. Plain JSON: `table show --json` prints it. */
export interface TableShowReport {
  readonly table: TableReport;
  readonly differences: readonly Difference[];
}

export interface TableCreateReport extends TableShowReport {
  /** False when it was there before: then nothing was changed. */
  readonly created: boolean;
}

/** Throws `TABLE_MISSING`, `SINK_CONNECT`, `SINK_ACCESS_DENIED`. */
export async function showTable({ mapping, dynamo, signal }: TableOptions): Promise<TableShowReport> {
  const design = resolveTable(mapping.mapping.table);
  const table = await describeTable(dynamo, design.name, signal);
  return { table, differences: compareTable(design, table) };
}

export interface CreateOptions extends TableOptions {
  readonly billing: Billing;
  readonly onProgress?: ((table: TableReport) => void) | undefined;
}

/** Makes the mapping's table and waits for it; one that exists is compared, never changed. Throws `TABLE_*`, `SINK_*`. */
export async function createMappedTable(options: CreateOptions): Promise<TableCreateReport> {
  const { mapping, dynamo, billing, onProgress, signal } = options;
  const made = await createTable(dynamo, resolveTable(mapping.mapping.table), {
    billing,
    onProgress,
    signal,
  });
  if (made.kind === 'created') return { created: true, table: made.table, differences: [] };
  return { created: false, table: made.table, differences: made.differences };
}

import type { DynamoDb } from '../dynamodb/client.js';
import type { Difference } from '../dynamodb/table-shape.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { resolveTable } from '../mapping/resolve/resolve-table.js';
import { compareTable } from '../table/compare-table.js';
import { createTable } from '../table/create-table.js';
import { deleteTable } from '../table/delete-table.js';
import { describeTable, type TableReport } from '../table/describe-table.js';
import { type EmitLanguage, emitTable } from '../table/emit/emit-table.js';
import type { TableSettings } from '../table/table-settings.js';

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
  /** What is left out is DynamoDB's default. */
  readonly settings?: TableSettings | undefined;
  readonly onProgress?: ((table: TableReport) => void) | undefined;
}

/** Makes the mapping's table and waits for it; one that exists is compared, never changed. Throws `TABLE_*`, `SINK_*`. */
export async function createMappedTable(options: CreateOptions): Promise<TableCreateReport> {
  const { mapping, dynamo, settings = {}, onProgress, signal } = options;
  const made = await createTable(dynamo, resolveTable(mapping.mapping.table), {
    settings,
    onProgress,
    signal,
  });
  if (made.kind === 'created') return { created: true, table: made.table, differences: [] };
  return { created: false, table: made.table, differences: made.differences };
}

/** The mapping's table for others to make. Plain JSON: `table create --emit … --json` prints it. */
export interface EmittedTable {
  readonly table: string;
  readonly language: EmitLanguage;
  readonly text: string;
}

/** Asks nothing of AWS. */
export function emitMappedTable(
  mapping: LoadedMapping,
  language: EmitLanguage,
  settings: TableSettings = {},
): EmittedTable {
  const design = resolveTable(mapping.mapping.table);
  return { table: design.name, language, text: emitTable(language, design, settings) };
}

/** What is gone. Plain JSON: `table delete --json` prints it. */
export interface TableDeleteReport {
  readonly table: string;
  readonly account: string | null;
  readonly region: string;
  /** As DynamoDB last counted them, about six hours before. */
  readonly items: number;
  readonly bytes: number;
}

/**
 * Deletes the mapping's table with all that it holds, and waits until it is gone. `onFound` is told what will go, and
 * throws to decline. Throws `TABLE_MISSING`, `TABLE_REFUSED` where deletion protection is on, `SINK_*`.
 */
export async function deleteMappedTable(
  options: TableOptions & { readonly onFound?: (table: TableReport) => Promise<void> },
): Promise<TableDeleteReport> {
  const { mapping, dynamo, onFound, signal } = options;
  const { name } = resolveTable(mapping.mapping.table);
  const found = await describeTable(dynamo, name, signal);
  await onFound?.(found);
  await deleteTable(dynamo, name, { signal });
  const { account, region, items, bytes } = found;
  return { table: name, account, region, items, bytes };
}

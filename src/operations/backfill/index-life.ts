import type { DynamoDb } from '../../dynamodb/client.js';
import { compareIndexes } from '../../mapping/compare/compare-mappings.js';
import type { LoadedMapping } from '../../mapping/load-mapping.js';
import { resolveTable } from '../../mapping/resolve/resolve-table.js';
import type { ResolvedTable } from '../../mapping/resolved-mapping.js';
import { createIndexes, dropIndexes } from '../../table/change-indexes.js';
import type { TableReport } from '../../table/describe-table.js';
import { usageError } from '../errors.js';

/** What of the indexes differs between two mappings, by their documents alone. */
export interface IndexLife {
  readonly design: ResolvedTable;
  /** To be made: those that are new, or are others under an old name. */
  readonly wanted: readonly string[];
  /** To be dropped: those that are gone, or are others under their name. */
  readonly obsolete: readonly string[];
}

/** Throws `USAGE_COMBINATION` for a local index: a table has those it was made with. */
export function indexLife(from: LoadedMapping, to: LoadedMapping): IndexLife {
  const [old, design] = [resolveTable(from.mapping.table), resolveTable(to.mapping.table)];
  const { added, removed, changed } = compareIndexes(old, design);
  const wanted = [...added, ...changed];
  const local = design.indexes.find(({ name, local: isLocal }) => isLocal === true && wanted.includes(name));
  if (local !== undefined) {
    throw usageError(
      'USAGE_COMBINATION',
      `${local.name} is a local index, and a table has those it was made with`,
      {
        hint: 'Make it a global index; or migrate into a new table: tablefold migrate --mapping NEW --table NAME',
      },
    );
  }
  return { design, wanted, obsolete: [...removed, ...changed] };
}

/** The table as it is before its new indexes are made: what a writer may expect of it. */
export function withoutIndexes(table: ResolvedTable, names: readonly string[]): ResolvedTable {
  return { ...table, indexes: table.indexes.filter(({ name }) => !names.includes(name)) };
}

export interface IndexOptions {
  readonly from: LoadedMapping;
  readonly mapping: LoadedMapping;
  readonly dynamo: DynamoDb;
  readonly onProgress?: ((status: string) => void) | undefined;
  readonly signal: AbortSignal;
}

/** Makes the new indexes one by one and waits for each. Answers which were not there. Throws `TABLE_*`, `SINK_*`. */
export async function makeIndexes({
  from,
  mapping,
  dynamo,
  onProgress,
  signal,
}: IndexOptions): Promise<readonly string[]> {
  const { design, wanted } = indexLife(from, mapping);
  return createIndexes(dynamo, design, wanted, { onProgress: telling(wanted, onProgress), signal });
}

/** What is gone. Plain JSON: `backfill --drop-indexes --json` prints it. */
export interface IndexDropReport {
  readonly table: string;
  readonly dropped: readonly string[];
  /** That the table did not have. */
  readonly missing: readonly string[];
}

/**
 * Drops the indexes of the old mapping that the new one does not have. `onFound` is told which before one is, and
 * throws to decline. Throws `TABLE_*`, `SINK_*`.
 */
export async function dropObsoleteIndexes(
  options: IndexOptions & { readonly onFound: (table: string, indexes: readonly string[]) => Promise<void> },
): Promise<IndexDropReport> {
  const { from, mapping, dynamo, onProgress, onFound, signal } = options;
  const { design, obsolete } = indexLife(from, mapping);
  if (obsolete.length > 0) await onFound(design.name, obsolete);
  const progress = telling(obsolete, onProgress);
  const dropped = await dropIndexes(dynamo, design.name, obsolete, { onProgress: progress, signal });
  return { table: design.name, dropped, missing: obsolete.filter((name) => !dropped.includes(name)) };
}

/** Tells each status of the indexes once. */
function telling(names: readonly string[], onProgress: IndexOptions['onProgress']) {
  let last = '';
  return ({ status, indexes }: TableReport) => {
    const own = indexes.filter(({ name }) => names.includes(name));
    const text = [`table ${status}`, ...own.map((index) => `index ${index.name} ${index.status}`)].join(', ');
    if (text !== last) onProgress?.(text);
    last = text;
  };
}

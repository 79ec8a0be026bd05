import { resolveTable } from '../mapping/resolve/resolve-table.js';
import type { CountedLimit, RateLimit } from '../pipeline/rate.js';
import { openSink } from '../sink/open-sink.js';
import type { DynamoDbSinkOptions } from '../sink/sink-options.js';
import { type OpenSourceOptions, openSource, openTableExport } from '../source/open-source.js';
import type { Source } from '../source/source.js';
import type { SourceSchema } from '../source/source-schema.js';
import type { Logger } from '../support/log.js';
import { loadUnchanged, type MappingOrigin } from './load-unchanged.js';
import { exportRows, type NextRows, tableRows } from './table-rows.js';

/** Where the rows of a run come from, as plain data: each of its threads opens the same anew. */
export type RowsOrigin =
  | {
      readonly kind: 'database';
      readonly url: string;
      readonly options: Omit<OpenSourceOptions, 'log' | 'signal'>;
    }
  /** The items that a mapping wrote. */
  | {
      readonly kind: 'table';
      readonly mapping: MappingOrigin;
      readonly aws: Omit<DynamoDbSinkOptions, 'table' | 'connections' | 'log'>;
    }
  | { readonly kind: 'export'; readonly mapping: MappingOrigin; readonly folder: string };

/** A source that is open, and what threads need to read the same. */
export interface OpenRows extends AsyncDisposable {
  readonly source: Source;
  readonly origin: RowsOrigin;
  /** What `source` reads within; absent where reading takes no units. */
  readonly reads?: CountedLimit | undefined;
}

export interface ThreadRowsOptions {
  /** As the run discovered it. */
  readonly schema: SourceSchema;
  readonly next: NextRows | undefined;
  /** The thread's end of what the run reads within. */
  readonly reads: RateLimit;
  readonly lookupBytes: number;
  /** Requests under way at once. */
  readonly connections: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** The source of a run, opened again in a thread. Throws `SOURCE_*`, `SINK_*`, `RUN_MAPPING`. */
export async function openThreadRows(origin: RowsOrigin, options: ThreadRowsOptions): Promise<Source> {
  const { log, signal } = options;
  if (origin.kind === 'database') return openSource(origin.url, { ...origin.options, log, signal });
  const mapping = await loadUnchanged(origin.mapping);
  if (origin.kind === 'export') {
    return exportRows({
      ...options,
      mapping,
      exported: await openTableExport(origin.folder),
      folder: origin.folder,
    });
  }
  const { connections } = options;
  const sink = await openSink('dynamodb', {
    ...origin.aws,
    connections,
    // Its indexes are not read, and need not be there any more.
    table: { ...resolveTable(mapping.mapping.table), indexes: [] },
    log,
  });
  try {
    // How many items there are decides about the chunks, and those the run has cut already.
    return await tableRows({ ...options, mapping, sink, itemCount: 0 });
  } catch (error) {
    await sink[Symbol.asyncDispose]();
    throw error;
  }
}

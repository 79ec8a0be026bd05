import type { KeyValue } from '../item/key-attribute.js';
import type { ResolvedMapping } from '../mapping/resolved-mapping.js';
import type { Sink } from '../sink/sink.js';
import { type Found, findItems } from './found-items.js';

export interface ShowPartitionOptions {
  readonly resolved: ResolvedMapping;
  readonly sink: Sink;
  /** Value of the table's partition key: `CUSTOMER#42`. */
  readonly partition: string;
  /** The most items; default 100. */
  readonly limit?: number | undefined;
  readonly pageToken?: string | undefined;
  readonly signal: AbortSignal;
}

/** What the table holds under one partition key. Plain JSON: `show --partition --json` prints it. */
export interface PartitionReport extends Found {
  readonly table: string;
  readonly partition: string;
}

const DEFAULT_LIMIT = 100;

/** One Query, strongly consistent. Throws `SINK_*`, and `USAGE_VALUE` for a page token of another partition. */
export async function showPartition(options: ShowPartitionOptions): Promise<PartitionReport> {
  const { resolved, sink, partition, limit = DEFAULT_LIMIT, pageToken, signal } = options;
  const key: KeyValue = { name: resolved.table.partitionKey, type: 'S', value: partition };
  const found = await findItems({
    ...{ resolved, sink, index: null, targets: [{ partition: [key], sort: [] }], limit, pageToken, signal },
    ...{ descending: false, consistent: true },
  });
  return { table: sink.label, partition, ...found };
}

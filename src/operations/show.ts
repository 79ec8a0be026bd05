import { runInProcess } from '../executor/in-process.js';
import type { WireItem } from '../item/attribute-value.js';
import type { Item } from '../item/item.js';
import { writeUnits } from '../item/limits.js';
import type { Reject } from '../item/reject.js';
import { compileIdentify, type IdentifyItem, type Identity } from '../mapping/access/identify-item.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { nothingMapped } from '../mapping/mapper.js';
import { PAGE_BYTES } from '../pipeline/pipeline.js';
import type { Source } from '../source/source.js';
import { MIGRATE_DEFAULTS } from './migrate.js';
import { mappedTables, prepare } from './prepare.js';
import { requireKeys } from './require-keys.js';
import { planOf, type Selection } from './selection.js';

export interface ShowOptions {
  readonly mapping: LoadedMapping;
  readonly source: Source;
  readonly entities?: readonly string[] | undefined;
  /** Default: the first three rows of each entity. */
  readonly selection?: Selection | undefined;
  readonly signal: AbortSignal;
}

/** Rows as the items they become, in the order of the table. Plain JSON: `show --json` prints it. */
export interface ShowReport {
  readonly source: string;
  readonly table: string;
  readonly rows: number;
  /** Copies left out by `when`, `whenNull: skip` or an expired time to live. */
  readonly skipped: number;
  readonly partitions: readonly ShownPartition[];
  readonly rejects: readonly {
    readonly row: string;
    readonly copy: string;
    readonly code: string;
    readonly reason: string;
  }[];
  readonly totals: { readonly items: number; readonly bytes: number; readonly writeUnits: number };
}

export interface ShownPartition {
  readonly partition: string;
  /** In the order of their sort keys. */
  readonly items: readonly ShownItem[];
}

export interface ShownItem {
  readonly entity: string;
  readonly copy: string;
  /** The row it is made of: `orders#42`. */
  readonly row: string;
  /** What the key holds, by source column. */
  readonly key: Identity['key'];
  readonly bytes: number;
  /** To put it once: in the table, and in each index it is in. */
  readonly writeUnits: { readonly table: number; readonly indexes: { readonly [index: string]: number } };
  /** As DynamoDB JSON. */
  readonly item: WireItem;
}

const SAMPLE_ROWS = 3;

/** Reads and maps the selected rows; no table is opened. Throws as `plan` does. */
export async function show(options: ShowOptions): Promise<ShowReport> {
  const { source, signal } = options;
  const prepared = await prepare(options);
  const { table } = prepared.resolved;
  const asked = options.selection ?? {};
  const selection = (asked.keys?.length ?? 0) > 0 ? asked : { limit: SAMPLE_ROWS, ...asked };
  const chunkPlan = planOf(selection, prepared.mappers, MIGRATE_DEFAULTS.chunkSize);
  await using snapshot = await source.openSnapshot({
    concurrency: 1,
    tables: mappedTables(prepared.mappers),
    signal,
  });
  await requireKeys(snapshot, prepared.mappers, chunkPlan, signal);
  const made = nothingMapped();
  let rows = 0;
  for (const mapper of prepared.mappers) {
    await runInProcess(snapshot.planChunks(mapper.query, chunkPlan), 1, async (chunk) => {
      for await (const page of snapshot.readChunk(mapper.query, chunk, { pageBytes: PAGE_BYTES, signal })) {
        for (const tree of page.rows) mapper.map(tree, made);
        rows += page.rows.length;
      }
    });
  }
  const identify = compileIdentify(prepared.resolved);
  const partitions = partitionsOf(made.items, table.sortKey, identify);
  const items = partitions.flatMap((partition) => partition.items);
  return {
    source: source.label,
    table: table.name,
    rows,
    skipped: made.skipped,
    partitions,
    rejects: made.rejects.map(({ origin, copy, code, reason }) => ({
      row: rowOf({ origin }),
      copy,
      code,
      reason,
    })),
    totals: {
      items: items.length,
      bytes: items.reduce((sum, { bytes }) => sum + bytes, 0),
      writeUnits: items.reduce((sum, item) => sum + unitsOf(item), 0),
    },
  };
}

/** Of an item, table and indexes together. */
export function unitsOf({ writeUnits: { table, indexes } }: ShownItem): number {
  return Object.values(indexes).reduce((sum, units) => sum + units, table);
}

/** Partitions in the order in which rows made them; items by the bytes of their sort keys, as DynamoDB has them. */
function partitionsOf(
  items: readonly Item[],
  sortKey: string,
  identify: IdentifyItem,
): readonly ShownPartition[] {
  const partitions = new Map<string, { readonly sort: Buffer; readonly shown: ShownItem }[]>();
  for (const item of items) {
    const wire = JSON.parse(item.json) as WireItem; // written by the mapper
    const found = partitions.get(item.partition) ?? [];
    partitions.set(item.partition, found);
    found.push({
      sort: Buffer.from(String(wire[sortKey]?.['S'])),
      shown: {
        entity: item.entity,
        copy: item.copy,
        row: rowOf(item),
        key: identify(wire)?.key ?? {},
        bytes: item.bytes,
        writeUnits: {
          table: writeUnits(item.bytes),
          indexes: Object.fromEntries(item.indexed.map(({ index, bytes }) => [index, writeUnits(bytes)])),
        },
        item: wire,
      },
    });
  }
  return [...partitions].map(([partition, found]) => ({
    partition,
    items: found.sort((a, b) => Buffer.compare(a.sort, b.sort)).map(({ shown }) => shown),
  }));
}

function rowOf({ origin }: Pick<Reject, 'origin'>): string {
  return `${origin.table}#${origin.key.join('#')}`;
}

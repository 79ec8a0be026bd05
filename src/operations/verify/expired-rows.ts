import type { WireItem } from '../../item/attribute-value.js';
import { lineageText, parseLineage } from '../../mapping/lineage.js';
import { type EntityMapper, nothingMapped } from '../../mapping/mapper.js';
import type { ResolvedTable } from '../../mapping/resolved-mapping.js';
import { PAGE_BYTES } from '../../pipeline/pipeline.js';
import type { SnapshotKeeper } from '../../pipeline/snapshot-keeper.js';
import { isExpired } from '../expired-item.js';

/** Rows that are looked up by one question. */
const ROWS_OF_CHUNK = 100;

export interface ExpiryLook {
  readonly mapper: EntityMapper;
  readonly table: ResolvedTable;
  /** The copies that a row is looked for in. */
  readonly copies: ReadonlySet<string>;
  readonly keeper: SnapshotKeeper;
  readonly signal: AbortSignal;
}

/**
 * Those of the rows, by their lineage, whose items had all expired by now: DynamoDB may have deleted them. The rows are
 * read again, by their keys. Throws `SOURCE_*`.
 */
export async function expiredRows(
  rows: readonly string[],
  { mapper, table, copies, keeper, signal }: ExpiryLook,
): Promise<ReadonlySet<string>> {
  const expired = new Set<string>();
  if (table.timeToLive === null || rows.length === 0) return expired;
  const now = Date.now() / 1000;
  const keys = rows.map((row) => parseLineage(row).key);
  return keeper.run(null, async (snapshot) => {
    expired.clear();
    for await (const chunk of snapshot.planChunks(mapper.query, { rowsPerChunk: ROWS_OF_CHUNK, keys })) {
      for await (const page of snapshot.readChunk(mapper.query, chunk, { pageBytes: PAGE_BYTES, signal })) {
        for (const tree of page.rows) {
          const made = nothingMapped();
          mapper.map(tree, made);
          const items = made.items.filter(({ copy }) => copies.has(copy));
          const [first] = items;
          if (first === undefined) continue;
          if (items.every(({ json }) => isExpired(JSON.parse(json) as WireItem, table, now)))
            expired.add(lineageText(first.origin));
        }
      }
    }
    return expired;
  });
}

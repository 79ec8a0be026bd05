import type { WireItem } from '../item/attribute-value.js';
import { canonicalKey } from '../item/canonical.js';
import { lineageText, parseLineage } from '../mapping/lineage.js';
import { type EntityMapper, type Mapped, nothingMapped } from '../mapping/mapper.js';
import { PAGE_BYTES } from '../pipeline/pipeline.js';
import type { Snapshot } from '../source/source.js';
import { MigrationError } from '../support/error.js';

/** A row of an entity, by its lineage (`orders#42`). */
export interface RowName {
  readonly entity: string;
  readonly source: string;
}

export interface MadeItem {
  readonly key: string;
  readonly entity: string;
  readonly copy: string;
  readonly item: WireItem;
  /** All items of its row, this one among them. */
  readonly ofRow: readonly MadeItem[];
}

/** What some rows make now. */
export interface Made {
  /** By canonical key. */
  readonly items: ReadonlyMap<string, MadeItem>;
  /** Lineages of rows one of whose items cannot be made. */
  readonly rejected: ReadonlySet<string>;
  /** All items of a row; none of one that is not there. */
  ofRow(row: RowName): readonly MadeItem[];
}

export interface Making {
  readonly snapshot: Snapshot;
  readonly mappers: ReadonlyMap<string, EntityMapper>;
  /** Names of the table's partition and sort key. */
  readonly keys: readonly string[];
  readonly signal: AbortSignal;
}

/** Reads the rows that are named, where they are there, and maps them. Throws `SOURCE_*`. */
export async function makeAgain(rows: readonly RowName[], making: Making): Promise<Made> {
  const items = new Map<string, MadeItem>();
  const rejected = new Set<string>();
  const ofRow = new Map<string, MadeItem[]>();
  const sources = new Map<string, Set<string>>();
  for (const { entity, source } of rows) {
    sources.set(entity, (sources.get(entity) ?? new Set()).add(source));
  }
  for (const [entity, of] of sources) {
    const mapper = making.mappers.get(entity);
    if (mapper === undefined) continue;
    const width = mapper.query.identity.length;
    const keys = [...of].map((source) => parseLineage(source).key).filter((key) => key.length === width);
    const made = nothingMapped();
    await readRows(mapper, keys, made, making);
    for (const { copy, json, origin } of made.items) {
      const item = JSON.parse(json) as WireItem;
      const name = rowText({ entity, source: lineageText(origin) });
      const own = ofRow.get(name) ?? [];
      ofRow.set(name, own);
      const one = { key: canonicalKey(item, making.keys), entity, copy, item, ofRow: own };
      own.push(one);
      items.set(one.key, one);
    }
    for (const reject of made.rejects) rejected.add(lineageText(reject.origin));
  }
  return { items, rejected, ofRow: (row) => ofRow.get(rowText(row)) ?? [] };
}

function rowText({ entity, source }: RowName): string {
  return JSON.stringify([entity, source]);
}

/** The rows that are there. A lineage that was tampered with may hold what is no value of its column: no row. */
async function readRows(
  mapper: EntityMapper,
  rows: readonly (readonly string[])[],
  made: Mapped,
  making: Making,
): Promise<void> {
  if (rows.length === 0) return;
  const { snapshot, signal } = making;
  try {
    const plan = { rowsPerChunk: rows.length, keys: rows };
    for await (const chunk of snapshot.planChunks(mapper.query, plan)) {
      const pages = snapshot.readChunk(mapper.query, chunk, { pageBytes: PAGE_BYTES, signal });
      for await (const page of pages) for (const tree of page.rows) mapper.map(tree, made);
    }
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'SOURCE_KEY') throw error;
    if (rows.length === 1) return;
    const middle = Math.ceil(rows.length / 2);
    await readRows(mapper, rows.slice(0, middle), made, making);
    await readRows(mapper, rows.slice(middle), made, making);
  }
}

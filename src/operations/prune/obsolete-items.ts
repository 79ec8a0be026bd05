import { itemFingerprint } from '../../compare/digest.js';
import type { WireItem } from '../../item/attribute-value.js';
import { canonicalKey } from '../../item/canonical.js';
import { LIMITS } from '../../item/limits.js';
import { partCount, partSortKey } from '../../item/oversize.js';
import type { ObsoleteOfRow } from '../../mapping/backfill/compile-obsolete.js';
import type { CopyName } from '../../mapping/compare/compare-mappings.js';
import type { ResolvedTable } from '../../mapping/resolved-mapping.js';
import type { ItemReader } from '../../sink/sink.js';
import { inBatches, type Looked, type Orphan } from './delete-orphans.js';
import { OrphanSpool } from './orphan-spool.js';
import type { PrunedCopy } from './prune-report.js';

/** An obsolete item with the canonical keys of what has to be there, and of what has to be gone, before it may go. */
export interface ObsoleteOrphan extends Orphan {
  readonly successors: readonly string[];
  readonly before: readonly string[];
}

interface Finding {
  readonly reader: ItemReader;
  /** Names of the table's partition and sort key. */
  readonly keys: readonly string[];
  readonly table: ResolvedTable;
  readonly signal: AbortSignal;
}

/** Parts and whole items first, then the heads of parts, then first copies: what others are told from goes behind them. */
const PHASES = { plain: 0, head: 1, first: 2 } as const;

/** The obsolete items that the table holds, on disk, in the order in which they may go. */
export class ObsoleteFinder implements Disposable {
  readonly #finding: Finding;
  readonly #phases: readonly OrphanSpool<ObsoleteOrphan>[] = Object.keys(PHASES).map(() => new OrphanSpool());
  readonly #copies = new Map<string, number>();
  rows = 0;
  /** Keys that the old mapping makes and under which nothing lies any more. */
  gone = 0;
  /** Items that stay because their row lacks one that the new mapping makes. */
  incomplete = 0;

  constructor(finding: Finding) {
    this.#finding = finding;
  }

  get count(): number {
    return this.#phases.reduce((sum, { count }) => sum + count, 0);
  }

  /** How many items of each of these copies were found. */
  copies(names: readonly CopyName[]): readonly PrunedCopy[] {
    return names.map(({ entity, copy }) => ({
      ...{ entity, copy },
      items: this.#copies.get(JSON.stringify([entity, copy])) ?? 0,
    }));
  }

  /** `read`: how many rows these are of, those of which nothing is obsolete among them. */
  async look(rows: readonly (ObsoleteOfRow | null)[], read: number): Promise<void> {
    this.rows += read;
    const obsolete = rows.filter((row) => row !== null);
    for (let at = 0; at < obsolete.length; at += LIMITS.batchGetItems) {
      await this.#lookAt(obsolete.slice(at, at + LIMITS.batchGetItems));
    }
  }

  async *batches(): AsyncGenerator<readonly ObsoleteOrphan[], void, undefined> {
    for (const spool of this.#phases) yield* inBatches(spool.orphans());
  }

  /** Those that still are what was seen, while what has to be there is, and what has to be gone is not. */
  async lookAgain(orphans: readonly ObsoleteOrphan[]): Promise<Looked> {
    const { keys } = this.#finding;
    const own = orphans.map(({ key }) => canonicalKey(key, keys));
    const held = await this.#get([
      ...own,
      ...orphans.flatMap(({ successors, before }) => [...successors, ...before]),
    ]);
    let gone = 0;
    const items = orphans.flatMap(({ source, fingerprint, successors, before }, at): readonly WireItem[] => {
      const item = held.get(own[at] ?? '');
      if (item === undefined) {
        gone += 1;
        return [];
      }
      const mayGo =
        itemFingerprint(item) === fingerprint &&
        successors.every((key) => this.#isOf(held.get(key), source)) &&
        !before.some((key) => held.has(key));
      return mayGo ? [item] : [];
    });
    return { items, gone };
  }

  async #lookAt(rows: readonly ObsoleteOfRow[]): Promise<void> {
    const held = new Map(
      await this.#get(
        rows.flatMap(({ items, successors }) => [...items.map(({ key }) => key), ...(successors ?? [])]),
      ),
    );
    const parts = rows.flatMap(({ items }) => items.flatMap(({ key }) => this.#partsOf(held.get(key))));
    for (const [key, part] of await this.#get(parts)) held.set(key, part);
    const found = rows.flatMap((row) => this.#heldOf(row, held));
    for (const [at, spool] of this.#phases.entries()) {
      spool.add(found.flatMap(({ phase, orphan }) => (phase === at ? [orphan] : [])));
    }
  }

  #heldOf({ source, items, successors }: ObsoleteOfRow, held: ReadonlyMap<string, WireItem>) {
    // Under a key of several rows lies what one of them made.
    const isThere = (key: string) => this.#isOf(held.get(key), source);
    this.gone += items.filter(({ key }) => !held.has(key)).length;
    const there = items.filter(({ key }) => isThere(key));
    if (successors === null || !successors.every(isThere)) {
      this.incomplete += there.length;
      return [];
    }
    const secondary = there.filter(({ isFirst }) => !isFirst).map(({ key }) => key);
    return there.flatMap(({ entity, copy, key, isFirst }) => {
      const name = JSON.stringify([entity, copy]);
      const parts = this.#partsOf(held.get(key)).filter(isThere);
      this.#copies.set(name, (this.#copies.get(name) ?? 0) + 1 + parts.length);
      const orphanOf = (own: string, before: readonly string[]): ObsoleteOrphan => {
        const fingerprint = itemFingerprint(held.get(own) ?? {});
        return { entity, source, key: JSON.parse(own) as WireItem, fingerprint, successors, before };
      };
      const phase = isFirst ? PHASES.first : parts.length > 0 ? PHASES.head : PHASES.plain;
      return [
        ...parts.map((part) => ({ phase: PHASES.plain, orphan: orphanOf(part, []) })),
        { phase, orphan: orphanOf(key, isFirst ? [...parts, ...secondary] : parts) },
      ];
    });
  }

  /** Canonical keys of the further items that an item is split over. */
  #partsOf(head: WireItem | undefined): readonly string[] {
    const { table, keys } = this.#finding;
    const sort = head?.[table.sortKey]?.['S'];
    if (head === undefined || typeof sort !== 'string') return [];
    return Array.from({ length: partCount(head) }, (_, at) =>
      canonicalKey({ ...head, [table.sortKey]: { S: partSortKey(sort, at + 1) } }, keys),
    );
  }

  #isOf(item: WireItem | undefined, source: string): boolean {
    return item?.[this.#finding.table.lineageAttribute]?.['S'] === source;
  }

  #get(keys: readonly string[]): Promise<ReadonlyMap<string, WireItem>> {
    return this.#finding.reader.get([...new Set(keys)], this.#finding.signal);
  }

  [Symbol.dispose](): void {
    for (const spool of this.#phases) spool[Symbol.dispose]();
  }
}

import type { EntityMapper } from '../mapping/mapper.js';
import type { FoundCounts } from './diff-checkpoint.js';
import type { CopyDiff, Difference, EntityDiff } from './diff-report.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const NAMES_KEPT = 100;

/** Counts of a diff, entity by entity and copy by copy. */
export class DiffTally {
  readonly #entities: ReadonlyMap<
    string,
    { rows: number; orphans: number; copies: Map<string, Mutable<CopyDiff>> }
  >;
  readonly #samples: Difference[] = [];
  readonly #samplesKept: number;
  readonly #extra = new Map<string, number>();
  rejects = 0;
  foreign = 0;
  otherEntities = 0;
  /** Of those that no copy is known of. */
  changedOrphans = 0;
  items = 0;
  readUnits: number | null = null;

  constructor(mappers: readonly EntityMapper[], samplesKept: number) {
    this.#samplesKept = samplesKept;
    this.#entities = new Map(
      mappers.map(({ entity, copies }) => [
        entity,
        { rows: 0, orphans: 0, copies: new Map(copies.map((copy) => [copy, nothing(copy)])) },
      ]),
    );
  }

  rows(entity: string, rows: number): void {
    const counted = this.#entities.get(entity);
    if (counted !== undefined) counted.rows += rows;
  }

  count(entity: string, copy: string, what: 'same' | 'expired' | 'changed'): void {
    const counted = this.#entities.get(entity)?.copies.get(copy);
    if (counted === undefined) throw new TypeError(`${entity}.${copy} is not compared`);
    counted[what] += 1;
    counted.expected += 1;
  }

  add(difference: Difference): void {
    const { kind, entity, copy } = difference;
    const counted = this.#entities.get(entity);
    const ofCopy = copy === null ? undefined : counted?.copies.get(copy);
    if (kind === 'orphan' && counted !== undefined) counted.orphans += 1;
    if (kind !== 'orphan' && ofCopy !== undefined) {
      ofCopy[kind] += 1;
      ofCopy.expected += 1;
      if (difference.stale) ofCopy.stale += 1;
    }
    if (this.#samples.filter((sample) => sample.kind === kind).length < this.#samplesKept) {
      this.#samples.push(difference);
    }
  }

  /** What the table's side has come to. */
  get found(): FoundCounts {
    const { items, readUnits } = this;
    return { items, readUnits, extra: [...this.#extra] };
  }

  /** Goes on from what another tally has come to. */
  set found({ items, readUnits, extra }: FoundCounts) {
    this.items = items;
    this.readUnits = readUnits;
    for (const [name, many] of extra) this.#extra.set(name, many);
  }

  extra(name: string): void {
    const before = this.#extra.get(name) ?? 0;
    if (before > 0 || this.#extra.size < NAMES_KEPT) this.#extra.set(name, before + 1);
  }

  get entities(): readonly EntityDiff[] {
    return [...this.#entities].map(([entity, { rows, orphans, copies }]) => ({
      entity,
      rows,
      orphans,
      copies: [...copies.values()],
    }));
  }

  get samples(): readonly Difference[] {
    return this.#samples;
  }

  get extraAttributes(): { readonly [name: string]: number } {
    return Object.fromEntries([...this.#extra].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

function nothing(copy: string): Mutable<CopyDiff> {
  return { copy, expected: 0, same: 0, missing: 0, different: 0, stale: 0, expired: 0, changed: 0 };
}

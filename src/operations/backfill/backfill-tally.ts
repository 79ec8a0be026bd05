import type { Item } from '../../item/item.js';
import { writeUnits } from '../../item/limits.js';
import type { Reject } from '../../item/reject.js';
import type { CopyChange, CopyName } from '../../mapping/compare/compare-mappings.js';
import { type EntityMapper, nothingMapped } from '../../mapping/mapper.js';
import type { ResolvedIndex } from '../../mapping/resolved-mapping.js';
import type { Meter } from '../../pipeline/meter.js';
import type { RowPage } from '../../source/source.js';
import type { RejectGroup } from '../plan-report.js';
import type { CopyBackfill, IndexBuild, ObsoleteItems } from './backfill-report.js';
import { putUnits, type Units, updateUnits } from './update-units.js';

interface Tally {
  puts: number;
  updates: number;
  bytes: number;
  units: number;
  indexUnits: number;
  /** Of the puts, where each is held back by a condition. */
  heldUnits: number;
  readonly rejects: Map<string, { count: number; example: string }>;
}

/** Counts what a backfill would do, item by item. */
export class BackfillTally {
  readonly #indexes: readonly ResolvedIndex[];
  readonly #building: ReadonlySet<string>;
  readonly #copies = new Map<string, Tally>();
  readonly #builds = new Map<string, { items: number; writeUnits: number }>();
  readonly #obsolete = new Map<string, ObsoleteItems>();
  /** By key: what is there of the items of the page that is added. */
  readonly #was = new Map<string, Item>();
  rows = 0;

  /** `building`: indexes that are made once the attributes are there, and cost nothing before. */
  constructor(indexes: readonly ResolvedIndex[], building: readonly string[]) {
    this.#indexes = indexes;
    this.#building = new Set(building);
    for (const name of building) this.#builds.set(name, { items: 0, writeUnits: 0 });
  }

  /** Listeners of the mappers whose pages are added. */
  readonly onObsolete = ({ entity, copy }: Item): void => {
    const name = nameOf({ entity, copy });
    this.#obsolete.set(name, { entity, copy, items: (this.#obsolete.get(name)?.items ?? 0) + 1 });
  };
  readonly onChange = (item: Item, was: Item): void => {
    this.#was.set(item.key, was);
  };

  add({ rows }: RowPage, mapper: EntityMapper, meter: Meter): void {
    const made = nothingMapped();
    for (const tree of rows) mapper.map(tree, made);
    for (const item of made.items) this.#item(item);
    this.#was.clear();
    for (const reject of made.rejects) this.#reject(reject);
    this.rows += rows.length;
    meter.rows += rows.length;
    meter.written += made.items.length;
    meter.rejects += made.rejects.length;
  }

  copies(changes: readonly CopyChange[]): readonly CopyBackfill[] {
    return changes.flatMap((change): readonly CopyBackfill[] => {
      if (change.kind === 'same') return [];
      const { puts, updates, bytes, units, indexUnits, heldUnits, rejects } = this.#of(change);
      const groups = [...rejects].map(([code, group]): RejectGroup => ({ code, ...group }));
      const writeUnits = { table: units, indexes: indexUnits };
      return [{ ...change, puts, updates, bytes, writeUnits, heldUnits, rejects: groups }];
    });
  }

  get builds(): readonly IndexBuild[] {
    return [...this.#builds].map(([index, build]) => ({ index, ...build }));
  }

  get obsolete(): readonly ObsoleteItems[] {
    return [...this.#obsolete.values()];
  }

  #item(item: Item): void {
    const tally = this.#of(item);
    const { change } = item;
    const was = change === undefined ? undefined : this.#was.get(item.key);
    let units: Units;
    if (change === undefined || change.changes.length === 0 || was === undefined) {
      tally.puts += 1;
      tally.heldUnits += writeUnits(item.bytes);
      units = putUnits(item);
    } else {
      tally.updates += 1;
      units = updateUnits(item, was, change.changes, this.#indexes);
    }
    tally.bytes += item.bytes;
    tally.units += units.table;
    for (const [index, some] of Object.entries(units.indexes)) {
      const build = this.#building.has(index) ? this.#builds.get(index) : undefined;
      if (build === undefined) tally.indexUnits += some;
      else {
        build.items += 1;
        build.writeUnits += some;
      }
    }
  }

  #reject({ entity, copy, code, reason, origin }: Reject): void {
    const { rejects } = this.#of({ entity, copy });
    const group = rejects.get(code);
    if (group !== undefined) group.count += 1;
    else rejects.set(code, { count: 1, example: `${origin.table}#${origin.key.join('#')}: ${reason}` });
  }

  #of(copy: CopyName): Tally {
    const name = nameOf(copy);
    let tally = this.#copies.get(name);
    if (tally === undefined) {
      tally = { puts: 0, updates: 0, bytes: 0, units: 0, indexUnits: 0, heldUnits: 0, rejects: new Map() };
      this.#copies.set(name, tally);
    }
    return tally;
  }
}

function nameOf({ entity, copy }: CopyName): string {
  return JSON.stringify([entity, copy]);
}

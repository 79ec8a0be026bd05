import { createHash } from 'node:crypto';
import { keyRangeOf } from '../../source/key-range.js';
import type { Snapshot } from '../../source/source.js';
import type { CatchUpFindings } from '../../state/state.js';
import { usageError } from '../errors.js';
import type { RowName } from '../made-items.js';
import type { ExistingChoice } from '../only-changed.js';
import { type Prepared, type PrepareOptions, prepare } from '../prepare.js';
import { isCanary, type Selection } from '../selection.js';
import { changedRowNames } from './changed-row-names.js';
import { type ChangedEntities, type Changes, onlyChanged, type Reach, reachOf } from './changes.js';
import { type KeyLine, keysOf } from './key-lines.js';
import { movableCopies } from './movable-keys.js';
import type { OldKeysReport } from './old-keys.js';
import { latestOf, type Watermark } from './watermark.js';

/** What a catch-up is asked for. */
export type CatchUpRequest =
  | {
      readonly kind: 'since';
      readonly watermark: Watermark;
      /** Milliseconds before the watermark to begin at; undefined: the default of the column's type. */
      readonly overlapMs?: number | undefined;
    }
  | { readonly kind: 'keys'; readonly entity: string; readonly lines: readonly KeyLine[] };

/** A run over the rows that changed since another one, and whatever holds something of them. */
export interface CatchUp {
  /** For the record of the run: what a resume has to be asked for as well. */
  readonly asked: object;
  readonly entities: ChangedEntities;
  /** Looked up in the run's first snapshot, before it reads. */
  find(snapshot: Snapshot, signal: AbortSignal): Promise<CatchUpFindings>;
  report(found: CatchUpFindings): CatchUpReport;
  /** The rows that changed, in each entity, a few at once: also those that the mapping leaves out now. */
  rows(snapshot: Snapshot, signal: AbortSignal): AsyncIterable<readonly RowName[]>;
}

export interface CatchUpReport {
  /** Null where rows were named by their keys. */
  readonly since: {
    readonly column: string;
    readonly value: string;
    /** Tables whose changes were seen, and where each was begun: the value less the overlap. */
    readonly from: { readonly [table: string]: string };
    /** What the next catch-up begins with; null where no row holds such a value. */
    readonly next: string | null;
    /** Watched tables without an index that begins with the column: each statement read the whole table. */
    readonly unindexed: readonly string[];
  } | null;
  readonly keys: {
    readonly entity: string;
    readonly given: number;
    /** Those that no row has now, or that `where` leaves out: their items are still there. The first 100. */
    readonly missing: readonly string[];
  } | null;
  /** Tables that the items hold something of and whose changes were not seen. */
  readonly unwatched: readonly string[];
  /** Copies (`Order.byStatus`) that may have left items under former keys. */
  readonly movable: readonly string[];
  /** What became of those items; null: they were not looked for. */
  readonly oldKeys: OldKeysReport | null;
}

/** Prepared as for `migrate`, but for the rows that changed alone. Throws as `prepare` does, and `USAGE_*`. */
export async function prepareCatchUp(
  request: CatchUpRequest,
  options: PrepareOptions & {
    readonly selection?: Selection | undefined;
    readonly existing?: ExistingChoice | undefined;
  },
): Promise<{
  readonly prepared: Prepared;
  /** With every row of every entity that may be reached. */
  readonly whole: Prepared;
  readonly catchUp: CatchUp;
}> {
  refuseOthers(options);
  const { kind } = request;
  // Keys are of one entity, and what holds something of its rows may be any.
  const whole = await prepare(kind === 'keys' ? { ...options, entities: undefined } : options);
  const changes = kind === 'keys' ? keysOf(request, whole) : { ...request, overlapMs: request.overlapMs };
  const reach = reachOf(changes, whole);
  const mappers = onlyChanged(whole.mappers, reach.entities);
  const prepared = { ...whole, mappers, estimatedRows: 0 };
  return { prepared, whole, catchUp: catchUpOf(changes, reach, whole, prepared) };
}

function catchUpOf(changes: Changes, reach: Reach, whole: Prepared, prepared: Prepared): CatchUp {
  const reached = prepared.resolved.entities.filter(({ name }) => name in reach.entities);
  return {
    asked:
      changes.kind === 'since'
        ? { since: changes.watermark, overlapMs: changes.overlapMs ?? null }
        : { entity: changes.entity, keys: digestOf(changes.keys) },
    entities: reach.entities,
    rows: (snapshot, signal) => changedRowNames(changes, reach.entities, whole, snapshot, signal),
    async find(snapshot, signal) {
      if (changes.kind === 'keys') return { next: null, missing: await missingOf(changes, whole, snapshot) };
      const cells = [];
      for (const { table, column } of reach.watched)
        cells.push(await snapshot.greatest(table, column, signal));
      return { next: latestOf(cells), missing: [] };
    },
    report({ next, missing }) {
      const common = { unwatched: reach.unwatched, movable: movableCopies(reached), oldKeys: null };
      if (changes.kind === 'keys') {
        const { entity, keys } = changes;
        return {
          since: null,
          keys: { entity, given: keys.length, missing: missing.slice(0, 100) },
          ...common,
        };
      }
      const { column, value } = changes.watermark;
      const unindexed = reach.watched.filter(({ indexed }) => !indexed).map(({ label }) => label);
      const from = Object.fromEntries(reach.watched.map((table) => [table.label, table.from]));
      return { since: { column, value, from, next, unindexed }, keys: null, ...common };
    },
  };
}

function refuseOthers({
  selection = {},
  existing,
}: {
  readonly selection?: Selection | undefined;
  readonly existing?: ExistingChoice | undefined;
}): void {
  const [other, hint] = isCanary(selection)
    ? ['--limit or --where-key', 'A canary is a run of its own: leave one of them out.']
    : [`--existing ${String(existing)}`, 'Changed rows are written over: leave --existing out.'];
  if (!isCanary(selection) && existing !== 'insert-only' && existing !== 'only-changed') return;
  throw usageError('USAGE_COMBINATION', `a catch-up does not go with ${other}`, { hint });
}

/** Keys that no row has, or none that `where` lets through. Throws `SOURCE_KEY` for what is no value of its column. */
async function missingOf(
  { entity, keys }: Extract<Changes, { kind: 'keys' }>,
  { mappers }: Prepared,
  snapshot: Snapshot,
): Promise<readonly string[]> {
  const query = mappers.find((mapper) => mapper.entity === entity)?.query;
  if (query === undefined) return [];
  const found = new Set<string>();
  for await (const chunk of snapshot.planChunks(query, { rowsPerChunk: keys.length, keys })) {
    const range = keyRangeOf(chunk, query.identity.length);
    if (range.kind === 'keys') for (const key of range.keys) found.add(JSON.stringify(key));
  }
  const missing: string[] = [];
  for (const key of keys) {
    if (found.has(JSON.stringify(key))) continue;
    // The source may spell a key that it has in another way.
    const chunks = snapshot.planChunks(query, { rowsPerChunk: 1, keys: [key] });
    if ((await chunks[Symbol.asyncIterator]().next()).done === true) missing.push(key.join('#'));
  }
  return missing;
}

function digestOf(keys: readonly (readonly string[])[]): string {
  return createHash('sha256').update(JSON.stringify(keys)).digest('hex');
}

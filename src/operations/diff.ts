import { tmpdir } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { withoutCollisions } from '../collisions/apply-collisions.js';
import type { Collision } from '../collisions/collision.js';
import { ItemJoin, type Joined } from '../compare/item-join.js';
import { ItemSample } from '../compare/item-sample.js';
import { LIMITS } from '../item/limits.js';
import { parseLineage } from '../mapping/lineage.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import type { EntityMapper } from '../mapping/mapper.js';
import { createMeter, type Meter } from '../pipeline/meter.js';
import { rateLimit } from '../pipeline/rate.js';
import { sinkError } from '../sink/errors.js';
import type { ItemReader, Sink } from '../sink/sink.js';
import type { Source } from '../source/source.js';
import { isOneMoment, type SnapshotTaken } from '../state/state.js';
import { type Logger, silentLogger } from '../support/log.js';
import { systemClock } from '../support/time.js';
import { type FoundCollisions, searchCollisions } from './collisions.js';
import type { Difference, DiffReport } from './diff-report.js';
import { type SampleOfItems, sampleReport } from './diff-sample.js';
import { expectItems, findItems, findSample, type Sides } from './diff-sides.js';
import { DiffTally } from './diff-tally.js';
import { ownedNames } from './owned-names.js';
import { keepSnapshot } from './patient-source.js';
import { mappedTables, type Prepared, prepare } from './prepare.js';
import { openRepair, type Repair } from './repair.js';
import type { RowSet } from './row-set.js';
import { lookAgain } from './second-look.js';
import { MIGRATE_DEFAULTS } from './write-rows-options.js';

/** Segments that are read at once. */
const SEGMENTS = 8;

export interface DiffOptions {
  readonly mapping: LoadedMapping;
  readonly source: Source;
  /** Read only, unless it is to be repaired: its writer is never opened. */
  readonly sink: Sink;
  /**
   * Puts what is missing and changes what is different, attributes that the mapping owns and no others, each on
   * condition that the item still is what was seen. Default: look only.
   */
  readonly repair?: { readonly maxWriteUnits?: number | undefined } | undefined;
  readonly entities?: readonly string[] | undefined;
  /** Compares so many of the items that the rows make, chosen by chance. Default: all of both sides. */
  readonly sample?: SampleOfItems | undefined;
  readonly sourceConcurrency?: number | undefined;
  /** Milliseconds that the source may be away while rows are read; default ten minutes. */
  readonly sourcePatienceMs?: number | undefined;
  /** Read units a second of the Scan to stay below; default: what the table gives. */
  readonly maxReadUnits?: number | undefined;
  /** Differences of each kind that the report holds; default 5. */
  readonly samples?: number | undefined;
  /** Given every difference, one after the other. */
  readonly onDifference?: ((difference: Difference) => Promise<void>) | undefined;
  /** Given every key that several items have, before the first difference. */
  readonly onCollision?: ((collision: Collision) => Promise<void>) | undefined;
  /** For temporary files; default: the system's place for them. */
  readonly scratch?: string | undefined;
  readonly meter?: Meter | undefined;
  /** Default: prepared anew. For a caller that has done it itself, of the same mapping, source and entities. */
  readonly prepared?: Prepared | undefined;
  /** Told once the mapping is prepared and before rows are read. */
  readonly onPrepared?: ((prepared: Prepared) => void) | undefined;
  readonly log?: Logger | undefined;
  readonly signal: AbortSignal;
}

/**
 * Compares every item that the rows make with every item that the table holds: the rows of one moment, the table
 * by a Scan after it. What differs is read a second time, row and item, before it is a difference; so what changed
 * meanwhile is none. Memory is bounded; keys and digests of both sides go to temporary files. Writes nothing but
 * repairs that were asked for. Of a sample the keys alone are read from the table, so that no orphan is seen.
 * Throws as `plan` does, and `SINK_*`.
 */
export async function diff(options: DiffOptions): Promise<DiffReport> {
  const started = performance.now();
  const { source, sink, signal, log = silentLogger, meter = createMeter() } = options;
  const prepared = options.prepared ?? (await prepare(options));
  const reader = await sink.openReader();
  if (reader === null) throw sinkError('SINK_REFUSED', `${sink.label} cannot be read`);
  await using _ = reader;
  options.onPrepared?.(prepared);
  const { table } = prepared.resolved;
  const owned = ownedNames(prepared.resolved);
  await using repair = options.repair === undefined ? null : await openRepair(sink, owned, options.repair);
  const tally = new DiffTally(prepared.mappers, options.samples ?? 5);
  using join = new ItemJoin({ folder: options.scratch ?? tmpdir() });
  const sample = options.sample === undefined ? null : new ItemSample(options.sample);
  const sides: Sides = { table, owned, expected: sample ?? join, tally, meter, signal };

  const { mappers, rejected, collisions, snapshots } = await readSource(options, prepared, sides);
  log.info({ table: sink.label }, 'reading the table');
  const limit = rateLimit(options.maxReadUnits ?? Number.POSITIVE_INFINITY, systemClock);
  if (sample === null) await findItems(sides, join, reader, limit, SEGMENTS);
  const parts = sample === null ? [join.joined()] : findSample(sides, sample, reader, limit);
  const suspects = (part: Iterable<Joined>) => suspectsOf(part, { mappers, rejected, tally, prepared });
  await judgeAll(
    parts,
    suspects,
    { ...options, source, meter },
    {
      ...{ reader, prepared, mappers, owned, tally, repair },
    },
  );

  const { entities, samples, extraAttributes, foreign, otherEntities, rejects, items, readUnits } = tally;
  const copies = entities.flatMap((entity) => entity.copies);
  const sum = (pick: (copy: (typeof copies)[number]) => number) =>
    copies.reduce((total, copy) => total + pick(copy), 0);
  const totals = {
    expected: sum(({ expected }) => expected),
    same: sum(({ same }) => same),
    missing: sum(({ missing }) => missing),
    different: sum(({ different }) => different),
    stale: sum(({ stale }) => stale),
    orphans: entities.reduce((total, { orphans }) => total + orphans, 0),
    expired: sum(({ expired }) => expired),
    changed: sum(({ changed }) => changed) + tally.changedOrphans,
    rejects,
  };
  return {
    source: source.label,
    table: sink.label,
    entities,
    totals,
    foreign,
    otherEntities,
    extraAttributes,
    collisions: collisions?.report ?? null,
    sample: options.sample && sample ? sampleReport(options.sample, sample.of, totals) : null,
    repair: repair?.report() ?? null,
    samples,
    rows: entities.reduce((total, { rows }) => total + rows, 0),
    items,
    readUnits,
    consistent: isOneMoment({ snapshots }),
    snapshots,
    durationMs: Math.round(performance.now() - started),
  };
}

interface SourceSide {
  readonly mappers: ReadonlyMap<string, EntityMapper>;
  readonly rejected: ReadonlyMap<string, RowSet>;
  readonly collisions: FoundCollisions | null;
  readonly snapshots: readonly SnapshotTaken[];
}

async function readSource(options: DiffOptions, prepared: Prepared, sides: Sides): Promise<SourceSide> {
  const { signal, log } = options;
  const concurrency = options.sourceConcurrency ?? MIGRATE_DEFAULTS.sourceConcurrency;
  const rowsPerChunk = MIGRATE_DEFAULTS.chunkSize;
  const tables = mappedTables([...prepared.mappers, ...prepared.unproved.map(({ mapper }) => mapper)]);
  const snapshots: SnapshotTaken[] = [];
  const wanted = { concurrency, tables, signal };
  await using keeper = await keepSnapshot(options, prepared, sides.meter, wanted, snapshots);
  let collisions: FoundCollisions | null = null;
  if (prepared.unproved.length > 0) {
    const scratch = options.scratch ?? null;
    const { meter } = sides;
    const { onCollision } = options;
    const search = { prepared, rowsPerChunk, concurrency, scratch, meter, log, signal, onCollision };
    collisions = await keeper.run(null, (snapshot) => {
      meter.keyRows = 0; // lost in the middle, it is read from its beginning
      return searchCollisions({ ...search, snapshot });
    });
  }
  const set = collisions?.set ?? null;
  const mappers = prepared.mappers.map((mapper) => (set === null ? mapper : withoutCollisions(mapper, set)));
  const rejected = new Map<string, RowSet>();
  for (const mapper of mappers) {
    rejected.set(mapper.entity, await expectItems(sides, mapper, keeper, { rowsPerChunk, concurrency }));
  }
  return {
    mappers: new Map(mappers.map((mapper) => [mapper.entity, mapper])),
    rejected,
    collisions,
    snapshots,
  };
}

/** Keys that differ at first sight; all others are counted. */
function* suspectsOf(
  part: Iterable<Joined>,
  side: Pick<SourceSide, 'mappers' | 'rejected'> & { readonly tally: DiffTally; readonly prepared: Prepared },
): Generator<Joined, void, undefined> {
  const { mappers, rejected, tally, prepared } = side;
  const tables = new Map(prepared.resolved.entities.map(({ name, tableLabel }) => [name, tableLabel]));
  for (const joined of part) {
    const { expected, found } = joined;
    if (expected !== null) {
      const { entity, copy, value, expired } = expected;
      if (found?.value === value) tally.count(entity, copy, 'same');
      else if (found === null && expired) tally.count(entity, copy, 'expired');
      else yield joined;
    } else if (found !== null) {
      const { entity, source } = found;
      const ours = entity !== null && source !== null && tables.get(entity) === parseLineage(source).table;
      if (!ours) tally.foreign += 1;
      else if (!mappers.has(entity)) tally.otherEntities += 1;
      else if (rejected.get(entity)?.has({ entity, source }) !== true) yield joined;
    }
  }
}

interface Judging {
  readonly reader: ItemReader;
  readonly prepared: Prepared;
  readonly mappers: ReadonlyMap<string, EntityMapper>;
  readonly owned: ReturnType<typeof ownedNames>;
  readonly tally: DiffTally;
  readonly repair: Repair | null;
}

async function judgeAll(
  parts: Iterable<Iterable<Joined>> | AsyncIterable<Iterable<Joined>>,
  suspectsOf: (part: Iterable<Joined>) => Iterable<Joined>,
  options: DiffOptions & { readonly meter: Meter },
  { reader, prepared, mappers, owned, tally, repair }: Judging,
): Promise<void> {
  const { onDifference, signal } = options;
  const { partitionKey, sortKey } = prepared.resolved.table;
  // Each look is a short transaction of its own: rows as they are now, not as they were at the beginning.
  await using keeper = await keepSnapshot(options, prepared, options.meter, {
    concurrency: 1,
    tables: mappedTables(prepared.mappers),
    consistency: 'chunk',
    signal,
  });
  const look = { reader, mappers, owned, keys: [partitionKey, sortKey], signal };
  const judge = async (batch: readonly Joined[]) => {
    const verdicts = await keeper.run('the second look', (snapshot) =>
      lookAgain(batch, { ...look, snapshot }),
    );
    for (const [at, verdict] of verdicts.entries()) {
      const expected = batch[at]?.expected ?? null;
      if (verdict !== null) {
        tally.add(verdict.difference);
        await onDifference?.(verdict.difference);
      } else if (expected !== null) tally.count(expected.entity, expected.copy, 'changed');
      else tally.changedOrphans += 1;
    }
    await repair?.mend(
      verdicts.filter((verdict) => verdict !== null),
      signal,
    );
  };
  let batch: Joined[] = [];
  for await (const part of parts) {
    for (const suspect of suspectsOf(part)) {
      batch.push(suspect);
      if (batch.length < LIMITS.batchGetItems) continue;
      await judge(batch);
      batch = [];
      await nextTurn();
      signal.throwIfAborted();
    }
  }
  if (batch.length > 0) await judge(batch);
}

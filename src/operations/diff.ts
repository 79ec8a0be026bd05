import { setImmediate as nextTurn } from 'node:timers/promises';
import { inDigestOrder, type Joined } from '../compare/item-join.js';
import { ItemSample } from '../compare/item-sample.js';
import { LIMITS } from '../item/limits.js';
import { parseLineage } from '../mapping/lineage.js';
import type { EntityMapper } from '../mapping/mapper.js';
import { createMeter, type Meter } from '../pipeline/meter.js';
import { rateLimit } from '../pipeline/rate.js';
import { sinkError } from '../sink/errors.js';
import type { ItemReader } from '../sink/sink.js';
import { isOneMoment } from '../state/state.js';
import { silentLogger } from '../support/log.js';
import { systemClock } from '../support/time.js';
import type { DiffOptions } from './diff-options.js';
import { DiffProgress } from './diff-progress.js';
import type { DiffReport } from './diff-report.js';
import { readSource } from './diff-rows.js';
import { sampleReport } from './diff-sample.js';
import { findItems, findSample } from './diff-table.js';
import { DiffTally } from './diff-tally.js';
import { usageError } from './errors.js';
import { ownedNames } from './owned-names.js';
import { keepSnapshot } from './patient-source.js';
import { mappedTables, type Prepared, prepare } from './prepare.js';
import type { RejectedRows } from './rejected-rows.js';
import { openRepair, type Repair } from './repair.js';
import { lookAgain } from './second-look.js';

/**
 * Compares every item that the rows make with every item that the table holds: the rows of one moment, the table
 * by a Scan after it. What differs is read a second time, row and item, before it is a difference; so what changed
 * meanwhile is none. Memory is bounded; keys and digests of both sides go to files, temporary ones or those of `run`,
 * with which another process can go on. Writes nothing but repairs that were asked for. Of a sample the keys alone are
 * read from the table, so that no orphan is seen. Differences come in the order of their keys' digests: equal sides make
 * equal reports. Throws as `plan` does, and `SINK_*`.
 */
export async function diff(options: DiffOptions): Promise<DiffReport> {
  const started = performance.now();
  const { run = null, scratch, log = silentLogger, signal } = options;
  if (run !== null && options.sample !== undefined) {
    throw usageError('USAGE_COMBINATION', 'a diff of a sample is not kept', {
      hint: 'Leave the state out: the same seed draws the same sample again. Or compare everything.',
    });
  }
  const prepared = run?.prepared ?? options.prepared ?? (await prepare(options));
  const tally = new DiffTally(prepared.mappers, options.samples ?? 5);
  await using progress = new DiffProgress({ run, tally, scratch, log });
  if (run?.resumed) {
    log.info({ rows: progress.rowsBefore, items: tally.items }, 'going on behind what was read');
  }
  try {
    return await compare(options, { prepared, tally, progress, started });
  } catch (error) {
    throw await progress.ended(error, signal);
  }
}

interface Begun {
  readonly prepared: Prepared;
  readonly tally: DiffTally;
  readonly progress: DiffProgress;
  readonly started: number;
}

async function compare(options: DiffOptions, begun: Begun): Promise<DiffReport> {
  const { prepared, tally, progress, started } = begun;
  const { source, sink, signal, log = silentLogger, meter = createMeter() } = options;
  const reader = await sink.openReader();
  if (reader === null) throw sinkError('SINK_REFUSED', `${sink.label} cannot be read`);
  await using _ = reader;
  meter.rowsBefore = progress.rowsBefore;
  options.onPrepared?.(prepared);
  const { table } = prepared.resolved;
  const owned = ownedNames(prepared.resolved);
  await using repair = options.repair === undefined ? null : await openRepair(sink, owned, options.repair);
  const sample = options.sample === undefined ? null : new ItemSample(options.sample);
  const expected = sample ?? progress.join;
  const rowsRead = { prepared, owned, expected, progress, tally, meter };
  const { mappers, collisions, snapshots } = await readSource(options, rowsRead);
  log.info({ table: sink.label }, 'reading the table');
  const limit = rateLimit(options.maxReadUnits ?? Number.POSITIVE_INFINITY, systemClock);
  const reading = { table, owned, tally, meter, signal };
  if (sample === null) {
    await findItems(reading, progress, reader, limit);
    await progress.save();
  }
  const parts = sample === null ? progress.join.buckets() : findSample(reading, sample, reader, limit);
  const { rejected } = progress;
  const suspects = (part: Iterable<Joined>) =>
    inDigestOrder(suspectsOf(part, { mappers, rejected, tally, prepared }));
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

/** Keys that differ at first sight; all others are counted. */
function* suspectsOf(
  part: Iterable<Joined>,
  side: Pick<Judging, 'mappers' | 'tally' | 'prepared'> & { readonly rejected: RejectedRows },
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
      else if (!rejected.has(entity, source)) yield joined;
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
  const wanted = {
    concurrency: 1,
    tables: mappedTables(prepared.mappers),
    consistency: 'chunk',
    signal,
  } as const;
  const watch = { goOn: options.run?.goOn };
  await using keeper = await keepSnapshot(options, prepared, options.meter, wanted, watch);
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

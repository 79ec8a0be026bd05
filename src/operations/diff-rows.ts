import { withoutCollisions } from '../collisions/apply-collisions.js';
import { digestOf } from '../compare/digest.js';
import type { ExpectedItem } from '../compare/item-join.js';
import { ownedAttributes } from '../compare/owned-attributes.js';
import { runInProcess } from '../executor/in-process.js';
import type { WireItem } from '../item/attribute-value.js';
import { canonicalItem, canonicalKey } from '../item/canonical.js';
import { lineageText } from '../mapping/lineage.js';
import { type EntityMapper, nothingMapped } from '../mapping/mapper.js';
import type { Meter } from '../pipeline/meter.js';
import { PAGE_BYTES } from '../pipeline/pipeline.js';
import { readOnce } from '../pipeline/read-once.js';
import { remainingChunks, type Work } from '../pipeline/remaining-chunks.js';
import type { SnapshotKeeper } from '../pipeline/snapshot-keeper.js';
import type { SnapshotTaken } from '../state/state.js';
import { type FoundCollisions, keptCollisions, searchCollisions } from './collisions.js';
import type { DiffOptions } from './diff-options.js';
import type { DiffProgress } from './diff-progress.js';
import type { DiffRun } from './diff-run.js';
import type { DiffTally } from './diff-tally.js';
import { isExpired } from './expired-item.js';
import type { OwnedNames } from './owned-names.js';
import { keepSnapshot, type Watch } from './patient-source.js';
import { mappedTables, type Prepared } from './prepare.js';
import { MIGRATE_DEFAULTS } from './write-rows-options.js';

/** The rows' side of a diff, read to its end. */
export interface SourceSide {
  readonly mappers: ReadonlyMap<string, EntityMapper>;
  readonly collisions: FoundCollisions | null;
  readonly snapshots: readonly SnapshotTaken[];
}

export interface RowsReading {
  readonly prepared: Prepared;
  readonly owned: OwnedNames;
  /** Takes every item that a row makes. */
  readonly expected: { expect(item: ExpectedItem): void };
  readonly progress: DiffProgress;
  readonly tally: DiffTally;
  readonly meter: Meter;
}

/** Maps every row that is left to read, of one moment. Throws `SOURCE_*`, `STATE_*`. */
export async function readSource(options: DiffOptions, reading: RowsReading): Promise<SourceSide> {
  const { run = null, signal } = options;
  const { prepared, progress, meter } = reading;
  const kept = run?.resumed ? await keptCollisions(run.store, run.name, options.onCollision) : null;
  if (progress.rowsAreRead) return sideOf(prepared, kept, run?.snapshots ?? []);
  const concurrency = options.sourceConcurrency ?? MIGRATE_DEFAULTS.sourceConcurrency;
  const tables = mappedTables([...prepared.mappers, ...prepared.unproved.map(({ mapper }) => mapper)]);
  const snapshots: SnapshotTaken[] = [];
  const watch: Watch = {
    onTaken: async (taken) => {
      snapshots.push(taken);
      await run?.taken(taken);
    },
    first: run?.resumed ? { why: 'resumed', chunksReadAgain: progress.openChunks } : undefined,
    goOn: run?.goOn,
  };
  const wanted = { concurrency, tables, signal };
  await using keeper = await keepSnapshot(options, prepared, meter, wanted, watch);
  const collisions = kept ?? (await lookForCollisions(options, reading, keeper));
  const side = sideOf(prepared, collisions, run?.snapshots ?? snapshots);
  await expectItems(reading, [...side.mappers.values()], keeper, { run, concurrency, signal });
  await progress.rowsRead();
  return { ...side, snapshots: run?.snapshots ?? snapshots };
}

function sideOf(
  { mappers }: Prepared,
  collisions: FoundCollisions | null,
  snapshots: readonly SnapshotTaken[],
): SourceSide {
  const set = collisions?.set ?? null;
  const timely = mappers.map((mapper) => (set === null ? mapper : withoutCollisions(mapper, set)));
  return { mappers: new Map(timely.map((mapper) => [mapper.entity, mapper])), collisions, snapshots };
}

async function lookForCollisions(
  options: DiffOptions,
  { prepared, meter }: RowsReading,
  keeper: SnapshotKeeper,
): Promise<FoundCollisions | null> {
  if (prepared.unproved.length === 0) return null;
  const { run = null, onCollision, log, signal } = options;
  const concurrency = options.sourceConcurrency ?? MIGRATE_DEFAULTS.sourceConcurrency;
  const rowsPerChunk = MIGRATE_DEFAULTS.chunkSize;
  const scratch = run?.folder ?? options.scratch ?? null;
  const search = { prepared, rowsPerChunk, concurrency, scratch, meter, log, signal, onCollision };
  const found = await keeper.run(null, (snapshot) => {
    meter.keyRows = 0; // lost in the middle, it is read from its beginning
    return searchCollisions(
      { ...search, snapshot },
      run === null ? undefined : (lines) => run.state.saveCollisions(lines),
    );
  });
  if (run === null) return found;
  const file = (await run.store.read(run.name))?.collisionLog ?? null;
  return { ...found, report: { ...found.report, file } };
}

const NOTHING_KEPT = { planned: () => undefined, plannedAll: () => undefined };

async function expectItems(
  reading: RowsReading,
  mappers: readonly EntityMapper[],
  keeper: SnapshotKeeper,
  { run, concurrency, signal }: { run: DiffRun | null; concurrency: number; signal: AbortSignal },
): Promise<void> {
  const { prepared, owned, expected, progress, tally, meter } = reading;
  const { table } = prepared.resolved;
  const names = [table.partitionKey, table.sortKey];
  const now = Date.now() / 1000;
  const read = async ({ chunk, mapper }: Work) => {
    const { entity } = mapper;
    const ofEntity = owned.ofEntity(entity);
    const from = { pageBytes: PAGE_BYTES, signal, taken: progress.rowsOf(chunk) };
    await readOnce(keeper, mapper.query, chunk, from, (rows) =>
      progress.takeRows(chunk, () => {
        const made = nothingMapped();
        for (const tree of rows) mapper.map(tree, made);
        for (const { copy, json, origin } of made.items) {
          const item = JSON.parse(json) as WireItem;
          const value = digestOf(canonicalItem(ownedAttributes(item, ofEntity)));
          const expired = isExpired(item, table, now);
          const key = canonicalKey(item, names);
          expected.expect({ key, value, entity, copy, source: lineageText(origin), expired });
        }
        for (const { origin } of made.rejects) progress.rejected.add(entity, lineageText(origin));
        const page = { rows: rows.length, items: made.items.length, rejects: made.rejects.length };
        tally.rejects += page.rejects;
        tally.rows(entity, page.rows);
        meter.rows += page.rows;
        meter.written += page.items;
        meter.rejects += page.rejects;
        return page;
      }),
    );
    progress.chunkRead(chunk);
    meter.chunksDone += 1;
  };
  const plan = { rowsPerChunk: MIGRATE_DEFAULTS.chunkSize };
  const chunks = remainingChunks(
    mappers,
    keeper,
    run?.state ?? NOTHING_KEPT,
    run?.resumed ?? null,
    plan,
    plan,
  );
  await runInProcess(chunks, concurrency, read);
}

import { tmpdir } from 'node:os';
import type { Collision, CollisionSummary } from '../collisions/collision.js';
import { CollisionSet } from '../collisions/collision-set.js';
import { findCollisions, type PassCounts } from '../collisions/find-collisions.js';
import type { Meter } from '../pipeline/meter.js';
import type { Snapshot } from '../source/source.js';
import { stateError } from '../state/errors.js';
import type { StateStore } from '../state/state.js';
import { type Logger, silentLogger } from '../support/log.js';
import type { Prepared } from './prepare.js';

/** What the pass over unproved keys found. Plain JSON, part of reports. */
export interface CollisionReport extends CollisionSummary {
  /** The first of the colliding keys; `file` holds all. */
  readonly examples: readonly Collision[];
  readonly file: string | null;
}

/** The set that decides, with what there is to say about it. */
export interface FoundCollisions {
  readonly set: CollisionSet;
  readonly report: CollisionReport;
}

export interface CollisionSearch {
  readonly prepared: Prepared;
  readonly snapshot: Snapshot;
  readonly rowsPerChunk: number;
  readonly concurrency: number;
  /** For temporary files; null: the system's place for them. */
  readonly scratch: string | null;
  readonly meter: Meter;
  /** Given each that is found. */
  readonly onCollision?: ((collision: Collision) => Promise<void>) | undefined;
  readonly log?: Logger | undefined;
  readonly signal: AbortSignal;
}

/** What a run keeps of a search: the copies that were looked at, each colliding key, the sums. */
type Line = { readonly copies: readonly string[] } | Collision | { readonly summary: CollisionSummary };

/** Reads the keys of all rows of the unproved copies and compares them. `save` is given what a run keeps. */
export async function searchCollisions(
  search: CollisionSearch,
  save: (lines: AsyncIterable<string>) => Promise<void> = drain,
): Promise<FoundCollisions> {
  const started = performance.now();
  const { prepared, meter, scratch, log = silentLogger } = search;
  const copies = copiesOf(prepared);
  const counts: PassCounts = { rows: 0, keys: 0, spilledBytes: 0 };
  const set = new CollisionSet(copies);
  let summary: CollisionSummary | undefined;
  const found = findCollisions(
    {
      ...search,
      keys: prepared.unproved,
      folder: scratch ?? tmpdir(),
      onRows: (rows) => {
        meter.keyRows += rows;
      },
    },
    counts,
  );
  log.info({ copies }, 'comparing the keys that are not proved to be unique');
  try {
    await save(
      (async function* () {
        yield JSON.stringify({ copies } satisfies Line);
        for await (const collision of found) {
          set.add(collision);
          await search.onCollision?.(collision);
          yield JSON.stringify(collision satisfies Line);
        }
        const durationMs = Math.round(performance.now() - started);
        summary = { copies, rows: counts.rows, keys: counts.keys, ...set.counts, durationMs };
        yield JSON.stringify({ summary } satisfies Line);
      })(),
    );
  } catch (error) {
    throw diskError(error, scratch ?? tmpdir());
  }
  if (summary === undefined) throw new TypeError('what was found was not read to its end');
  log.info({ ...summary, spilledBytes: counts.spilledBytes }, 'keys compared');
  return { set, report: { ...summary, examples: set.examples, file: null } };
}

/** What the run has kept of its search, each colliding key told anew; null when the search has not ended. */
export async function keptCollisions(
  store: StateStore,
  name: string,
  onCollision?: CollisionSearch['onCollision'],
): Promise<FoundCollisions | null> {
  const lines = await store.collisions(name);
  if (lines === null) return null;
  const file = (await store.read(name))?.collisionLog ?? null;
  let set: CollisionSet | null = null;
  let summary: CollisionSummary | null = null;
  for await (const text of lines) {
    const line = JSON.parse(text) as Line;
    if ('copies' in line) set = new CollisionSet(line.copies);
    else if ('summary' in line) summary = line.summary;
    else {
      set?.add(line);
      await onCollision?.(line);
    }
  }
  if (set === null || summary === null) {
    throw stateError('STATE_CORRUPT', `${file ?? name} has lost its end`, {
      hint: 'Put it back as it was (no crash changes it); or begin the run again with --restart.',
    });
  }
  return { set, report: { ...summary, examples: set.examples, file } };
}

export function copiesOf({ unproved }: Prepared): readonly string[] {
  return unproved.flatMap(({ mapper }) => mapper.copies.map((copy) => `${mapper.entity}.${copy}`));
}

async function drain(lines: AsyncIterable<string>): Promise<void> {
  for await (const _ of lines) {
    // Only what is found on the way is wanted.
  }
}

function diskError(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  return stateError('STATE_IO', `cannot keep the keys that are compared in ${folder}: ${error.message}`, {
    cause: error,
    hint: 'Free some space there (some 30 bytes a row), then run the same command again (migrate and backfill: with --resume).',
  });
}

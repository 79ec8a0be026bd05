import { parentPort, workerData } from 'node:worker_threads';
import { withoutCollisions } from '../collisions/apply-collisions.js';
import { serveChunks } from '../executor/serve-chunks.js';
import type { SharedLimits } from '../executor/thread-rate.js';
import { resolveOrThrow } from '../mapping/check-mapping.js';
import { compileMapping } from '../mapping/compile-mapping.js';
import { withoutExpired } from '../mapping/expired.js';
import { resolveTable } from '../mapping/resolve/resolve-table.js';
import { openSink } from '../sink/open-sink.js';
import { stateError } from '../state/errors.js';
import { openState } from '../state/open-state.js';
import { createLogger } from '../support/log.js';
import { mappersOf } from './backfill/backfill-mappers.js';
import { withoutIndexes } from './backfill/index-life.js';
import { onlyChanged } from './catch-up/changes.js';
import { keptCollisions } from './collisions.js';
import { loadUnchanged } from './load-unchanged.js';
import { openItemWriter } from './only-changed.js';
import { ownedNames } from './owned-names.js';
import { openThreadRows } from './rows-origin.js';
import type { ThreadSetup } from './thread-setup.js';

/** The module that each thread of `migrate` runs: it opens source, sink and mapping anew, from what names them. */
const port = parentPort;
if (port === null) throw new TypeError('this module runs in a thread only');
const setup = workerData as ThreadSetup & { readonly limits: SharedLimits };
const log = createLogger(setup.logLevel, (line) => port.postMessage({ kind: 'log', line }));

await serveChunks({
  port,
  log,
  limits: setup.limits,
  concurrency: setup.concurrency,
  maxPendingBytes: setup.maxPendingBytes,
  retry: setup.retry,
  async open(reads, signal) {
    const mapping = await loadUnchanged({
      file: setup.mapping,
      digest: setup.mappingDigest,
      table: setup.table,
    });
    const resolved = resolveOrThrow(mapping, setup.schema);
    const { changed, backfill } = setup;
    const every =
      backfill === null
        ? compileMapping(resolved).entities
        : await mappersOf(backfill, setup.table, resolved, setup.schema);
    const read = changed === null ? every : onlyChanged(every, changed);
    const compiled = withoutExpired(read, resolved.table, setup.begun);
    const set = setup.collisions === null ? null : await collisionsOf(setup.state, setup.collisions);
    const source = await openThreadRows(setup.rows, {
      schema: setup.schema,
      next: backfill === null ? undefined : { ...backfill, mapping },
      reads,
      lookupBytes: setup.lookupBytes,
      connections: setup.readers,
      log,
      signal,
    });
    const { joinSnapshot: join } = source;
    if (join === undefined) throw new TypeError('the source has no snapshot that a thread could join');
    const table = withoutIndexes(resolveTable(mapping.mapping.table), backfill?.pendingIndexes ?? []);
    const connections = setup.concurrency;
    const sink = await openSink('dynamodb', { ...setup.sinkOptions, connections, table, log });
    const itemWriter = await openItemWriter(sink, setup.policy, ownedNames(resolved));
    return {
      mappers: set === null ? compiled : compiled.map((mapper) => withoutCollisions(mapper, set)),
      itemWriter,
      join: (share, until) =>
        join.call(source, share, {
          concurrency: setup.readers,
          consistency: setup.consistency,
          signal: until,
        }),
      async [Symbol.asyncDispose]() {
        await itemWriter[Symbol.asyncDispose]();
        await sink[Symbol.asyncDispose]();
        await source[Symbol.asyncDispose]();
      },
    };
  },
});
// What was opened before something failed is still open, and would keep the thread alive.
process.exit(0);

async function collisionsOf(state: string, run: string) {
  await using store = await openState(state);
  const kept = await keptCollisions(store, run);
  if (kept !== null) return kept.set;
  throw stateError('STATE_CORRUPT', `the keys that collide are not kept in ${state} any more`, {
    hint: 'Begin the run again with --restart.',
  });
}

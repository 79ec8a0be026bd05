import type { WireItem } from '../../item/attribute-value.js';
import { keyOf } from '../../item/canonical.js';
import { writeUnits } from '../../item/limits.js';
import { itemBytes } from '../../item/size.js';
import type { ResolvedTable } from '../../mapping/resolved-mapping.js';
import { rateLimit } from '../../pipeline/rate.js';
import { sinkError } from '../../sink/errors.js';
import type { Sink } from '../../sink/sink.js';
import { systemClock } from '../../support/time.js';
import { runError } from '../errors.js';
import type { RefusedItem, UndoReport } from './prune-report.js';
import { readUndo } from './undo-file.js';

export interface UndoPruneOptions {
  readonly table: ResolvedTable;
  readonly sink: Sink;
  /** File that a prune has written. */
  readonly undo: string;
  /** Count only. */
  readonly dry: boolean;
  readonly maxWriteUnits?: number | undefined;
  readonly signal: AbortSignal;
}

/** Items put back at once. */
const PUTS_AT_ONCE = 25;

/**
 * Puts back what a prune has deleted, each where its key is free; it may be run again. Throws `RUN_DIFFERENCES` for
 * what is no undo file of this table, `SINK_*`.
 */
export async function undoPrune(options: UndoPruneOptions): Promise<UndoReport> {
  const started = performance.now();
  const { table, sink, dry, signal } = options;
  const keys = [table.partitionKey, table.sortKey];
  await using undo = await readUndo(options.undo, keys);
  if (undo.header.table !== sink.label) {
    throw runError(
      'RUN_DIFFERENCES',
      `${options.undo} is of ${undo.header.table}, and not of ${sink.label}`,
      {
        hint: 'Name the table with --table, and its --region or --endpoint-url.',
      },
    );
  }
  const counts = { restored: 0, taken: 0, writeUnits: 0 };
  const refused: RefusedItem[] = [];
  if (!dry) {
    const repairer = await sink.openRepairer();
    if (repairer === null) throw sinkError('SINK_REFUSED', `single items of ${sink.label} cannot be put`);
    await using _ = repairer;
    const rate = rateLimit(options.maxWriteUnits ?? Number.POSITIVE_INFINITY, systemClock);
    const putBack = async (item: WireItem) => {
      const expected = writeUnits(itemBytes(item));
      await rate.take(expected, signal);
      const outcome = await repairer.create(item, signal);
      const spent = outcome.kind === 'done' ? (outcome.units ?? 1) : 1;
      rate.settle(expected, spent, 0);
      counts.writeUnits += spent;
      if (outcome.kind === 'done') counts.restored += 1;
      else if (outcome.kind === 'changed') counts.taken += 1;
      else {
        refused.push({ key: keyOf(item, keys), reason: outcome.reason });
      }
    };
    let batch: Promise<void>[] = [];
    for await (const item of undo.deleted()) {
      batch.push(putBack(item));
      if (batch.length < PUTS_AT_ONCE) continue;
      await Promise.all(batch);
      batch = [];
      signal.throwIfAborted();
    }
    await Promise.all(batch);
  }
  return {
    mode: dry ? 'dry' : 'undone',
    table: sink.label,
    undo: options.undo,
    items: undo.items,
    ...counts,
    refused,
    durationMs: Math.round(performance.now() - started),
  };
}

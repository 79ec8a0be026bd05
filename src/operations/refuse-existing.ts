import { sinkError } from '../sink/errors.js';
import type { Sink } from '../sink/sink.js';
import type { Prepared } from './prepare.js';

/** Enough to see the whole of a small table, and a spread sample of a large one: some 8,000 read units. */
const MAX_PROBE_BYTES = 64 * 1024 * 1024;

/**
 * Throws `SINK_NOT_EMPTY` when the table holds an item of the entities to be written: whoever made it,
 * a run that nobody asked to overwrite it must not. Items of other entities do not matter.
 */
export async function refuseExisting(sink: Sink, prepared: Prepared, signal: AbortSignal): Promise<void> {
  await using reader = await sink.openReader();
  if (reader === null) return;
  const attribute = prepared.resolved.table.entityAttribute;
  const values = prepared.mappers.map(({ entity }) => entity);
  const { found } = await reader.findAny({ attribute, values, maxBytes: MAX_PROBE_BYTES }, signal);
  if (found === null) return;
  const entity = Object.values(found[attribute] ?? {})[0];
  throw sinkError('SINK_NOT_EMPTY', `${sink.label} already holds items of ${String(entity)}`, {
    hint: 'Say what to do with them: --existing overwrite, insert-only or only-changed; or use an empty table (--table NAME).',
  });
}

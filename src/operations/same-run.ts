import { stateError } from '../state/errors.js';
import type { RunHeader } from '../state/state.js';

/**
 * A resume must be of the same run in everything that decides which items are made and where they go. Throws
 * `STATE_OTHER_RUN` with each thing that differs, as it was and as it is.
 */
export function refuseOtherRun(found: RunHeader, wanted: RunHeader): void {
  const differences: string[] = [];
  const compare = (what: string, was: unknown, is: unknown) => {
    if (JSON.stringify(was) !== JSON.stringify(is))
      differences.push(`${what} (was ${text(was)}, is ${text(is)})`);
  };
  compare('the mapping', found.mappingDigest, wanted.mappingDigest);
  compare('the tables in the source', found.schemaDigest, wanted.schemaDigest);
  // Host and port may change between two halves of a run (failover, a tunnel); the database may not.
  compare('the source database', databaseOf(found.source), databaseOf(wanted.source));
  compare('the sink', found.sink, wanted.sink);
  compare('--entity', found.entities, wanted.entities);
  compare('--limit', found.options['limit'], wanted.options['limit']);
  compare('--where-key', found.options['keys'], wanted.options['keys']);
  compare('what the backfill was asked for', found.options['backfill'], wanted.options['backfill']);
  compare('the mapping that the items are read by', found.options['readBy'], wanted.options['readBy']);
  compare('the changed rows', found.options['changed'], wanted.options['changed']);
  if (wanted.options['existing'] !== null)
    compare('--existing', found.options['existing'], wanted.options['existing']);
  if (differences.length === 0) return;
  throw stateError(
    'STATE_OTHER_RUN',
    `the checkpoint is of another run; changed: ${differences.join('; ')}`,
    {
      hint: 'Resume with what the run began with, or begin again with --restart.',
    },
  );
}

function databaseOf(label: string): string {
  return label.slice(label.lastIndexOf('/') + 1);
}

function text(value: unknown): string {
  const said = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[0-9a-f]{64}$/.test(said) ? said.slice(0, 12) : said;
}

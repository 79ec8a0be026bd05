import type { DynamoDb } from '../dynamodb/client.js';
import { type Clock, systemClock } from '../support/time.js';
import { findTable, type TableReport } from './describe-table.js';
import { tableError } from './errors.js';

export interface WaitOptions {
  /** Told about every look at the table. */
  readonly onProgress?: ((table: TableReport) => void) | undefined;
  /** Milliseconds after which it gives up; default half an hour. */
  readonly patienceMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** On AWS a table takes seconds, with many indexes or other capacity a few minutes. */
const WAIT_MS = 30 * 60_000;
const FIRST_LOOK_MS = 25;
const LAST_LOOK_MS = 3_000;

/** Looks until the table and its indexes are active. Throws `TABLE_NOT_ACTIVE`, `SINK_*`. */
export async function waitUntilActive(
  dynamo: DynamoDb,
  name: string,
  { onProgress, patienceMs = WAIT_MS, clock = systemClock, signal }: WaitOptions,
): Promise<TableReport> {
  const start = clock.now();
  for (let look = FIRST_LOOK_MS; ; look = Math.min(LAST_LOOK_MS, look * 2)) {
    const table = await findTable(dynamo, name, signal);
    if (table !== null) {
      onProgress?.(table);
      const statuses = [table.status, ...table.indexes.map((index) => index.status)];
      if (statuses.every((status) => status === 'ACTIVE')) return table;
      if (table.status !== 'CREATING' && table.status !== 'UPDATING' && table.status !== 'ACTIVE') {
        throw tableError(
          'TABLE_NOT_ACTIVE',
          `the table ${name} is ${table.status} instead of becoming active`,
          {
            hint: 'Look at the table in the AWS console: somebody may be deleting it.',
          },
        );
      }
    }
    if (clock.now() - start > patienceMs) {
      throw tableError(
        'TABLE_NOT_ACTIVE',
        `the table ${name} is not active after ${patienceMs / 60_000} minutes`,
        {
          hint: 'It is still being made or changed: watch it with `tablefold table show`.',
        },
      );
    }
    await clock.sleep(look, signal);
  }
}

import type { UpdateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { DynamoDb } from '../../dynamodb/client.js';
import { failureOf } from '../../dynamodb/errors.js';
import type { Logger } from '../../support/log.js';
import { tableError } from '../errors.js';
import { askedUnits } from './capacity-request.js';
import type { TableCapacity } from './table-capacity.js';

/**
 * Decreases of provisioned units a day: four at any time, and one an hour on top where none was made in the hour before
 * (docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html, Decreasing provisioned throughput).
 */
const DECREASES_A_DAY = 27;
const DECREASES_AT_ANY_TIME = 4;
/** Switches to on-demand within 24 hours (…/bp-switching-capacity-modes.html). DynamoDB tells only the last of them. */
const DAY_MS = 24 * 3_600_000;

/**
 * Looks, before anything is changed, whether the table may be raised so and lowered again. Throws `TABLE_CAPACITY` for
 * what DynamoDB would refuse; what only might fail is a warning.
 */
export async function checkQuotas(
  dynamo: DynamoDb,
  table: string,
  now: TableCapacity,
  request: UpdateTableCommandInput,
  { log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
  const asked = askedUnits(request);
  const limits = await describeLimits(dynamo, signal);
  for (const direction of ['read', 'write'] as const) {
    const sum = asked.reduce((total, units) => total + units[direction], 0);
    const most = limits?.[direction];
    if (most !== undefined && sum > most) {
      throw tableError(
        'TABLE_CAPACITY',
        `${sum} ${direction} units a second for ${table} and its indexes are over the ${most} that this account may give a table`,
        {
          hint: `Ask for less (${Math.floor(most / Math.max(1, asked.length))} each), or raise the quota "Table-level ${direction} throughput limit" in Service Quotas.`,
        },
      );
    }
  }
  const back = now.mode === 'provisioned' ? 'provisioned' : 'on-demand';
  const decreases = Math.max(...now.parts.map(({ decreasesToday }) => decreasesToday));
  if (back === 'provisioned' && request.ProvisionedThroughput !== undefined) {
    if (decreases >= DECREASES_A_DAY) {
      throw tableError(
        'TABLE_CAPACITY',
        `the units of ${table} were lowered ${decreases} times today, and could not be lowered again before midnight UTC`,
        { hint: 'Raise it tomorrow, or load with --capacity as-is.' },
      );
    }
    if (decreases >= DECREASES_AT_ANY_TIME) {
      log.warn({ decreases }, 'lowering the units again may have to wait for an hour without a decrease');
    }
  }
  const { switchedToOnDemandAt: switched } = now;
  if (back === 'on-demand' && switched !== null && Date.now() - Date.parse(switched) < DAY_MS) {
    log.warn(
      { switched },
      'the table was switched to on-demand within 24 hours; DynamoDB allows that four times, and going back will be one more',
    );
  }
}

/** Units a second that the account may give a table with its indexes. */
interface Limits {
  readonly read: number | undefined;
  readonly write: number | undefined;
}

/** Null where the caller may not ask (`dynamodb:DescribeLimits`) or the server does not know: then DynamoDB says it. */
export async function describeLimits(dynamo: DynamoDb, signal: AbortSignal): Promise<Limits | null> {
  const { DescribeLimitsCommand } = await import('@aws-sdk/client-dynamodb');
  try {
    const found = await dynamo.control.send(new DescribeLimitsCommand({}), { abortSignal: signal });
    return { read: found.TableMaxReadCapacityUnits, write: found.TableMaxWriteCapacityUnits };
  } catch (error) {
    signal.throwIfAborted();
    if (failureOf(error) === null) throw error;
    return null;
  }
}

import type { WireItem } from '../item/attribute-value.js';
import type { ResolvedTable } from '../mapping/resolved-mapping.js';

/**
 * Its time to live was past at `now`, in epoch seconds: DynamoDB deletes it some time after, so that it may be there and
 * may be gone.
 */
export function isExpired(item: WireItem, { timeToLive }: ResolvedTable, now: number): boolean {
  const moment = timeToLive === null ? undefined : item[timeToLive]?.['N'];
  return typeof moment === 'string' && Number(moment) <= now;
}

import { typeOf, type WireItem, type WireValue } from '../../item/attribute-value.js';
import { sameItem } from '../../item/canonical.js';
import { compareKeyValues } from '../../item/key-order.js';
import type { ExistingPolicy } from '../sink.js';

/** The policy lets an item be put over one that is there. */
export function mayReplace(there: WireItem, item: WireItem, policy: ExistingPolicy): boolean {
  if (policy === 'overwrite' || sameItem(there, item)) return true;
  if (policy === 'insert-only') return false;
  const [old, next] = [there[policy.olderBy], item[policy.olderBy]];
  return old !== undefined && next !== undefined && isLess(old, next);
}

/** As DynamoDB's `<`: values of two types, and types without an order, are not. */
function isLess(one: WireValue, other: WireValue): boolean {
  const [type, a] = typeOf(one);
  const [otherType, b] = typeOf(other);
  if (type !== otherType || (type !== 'S' && type !== 'N' && type !== 'B')) return false;
  return compareKeyValues(type, String(a), String(b)) < 0;
}

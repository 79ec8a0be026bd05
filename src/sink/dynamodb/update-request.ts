import type { WireItem, WireValue } from '../../item/attribute-value.js';
import { sameItem } from '../../item/canonical.js';
import type { AttributeChange, AttributeGuard } from '../../item/item-change.js';
import type { SinkTable } from '../sink-options.js';

/**
 * Attributes of one UpdateItem. An expression may have 300 operators and 4 KB
 * (docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html): with its condition an attribute takes
 * about three operators and 30 bytes, a guard two and 15.
 */
const CHANGES_AT_ONCE = 60;
const GUARDED_AT_ONCE = 30;
/** What leaves room for changes beside them. */
export const MOST_GUARDS = 60;

/** Changes by the requests that they take: mostly one. */
export function changesByRequest(
  changes: readonly AttributeChange[],
  guards: readonly AttributeGuard[],
): readonly (readonly AttributeChange[])[] {
  const size = guards.length === 0 ? CHANGES_AT_ONCE : GUARDED_AT_ONCE;
  const parts: (readonly AttributeChange[])[] = [];
  for (let at = 0; at < changes.length; at += size) parts.push(changes.slice(at, at + size));
  return parts;
}

export const REPLY = {
  ReturnConsumedCapacity: 'INDEXES',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
} as const;

/** The body of an UpdateItem of an item that is there and has what was seen. */
export function updateBody(
  { name, partitionKey }: SinkTable,
  key: WireItem,
  changes: readonly AttributeChange[],
  guards: readonly AttributeGuard[] = [],
): object {
  const names: { [place: string]: string } = { '#pk': partitionKey };
  const values: { [place: string]: WireValue } = {};
  const conditions = ['attribute_exists(#pk)'];
  const require = (place: string, attribute: string, value: WireValue | null) => {
    names[`#${place}`] = attribute;
    if (value === null) conditions.push(`attribute_not_exists(#${place})`);
    else {
      values[`:${place}`] = value;
      conditions.push(`#${place}=:${place}`);
    }
  };
  const set: string[] = [];
  const remove: string[] = [];
  for (const [at, { name: attribute, seen, wanted }] of changes.entries()) {
    require(`a${at}`, attribute, seen);
    if (wanted === null) remove.push(`#a${at}`);
    else {
      values[`:w${at}`] = wanted;
      set.push(`#a${at}=:w${at}`);
    }
  }
  for (const [at, { name: attribute, value }] of guards.entries()) require(`g${at}`, attribute, value);
  const clauses = [
    ...(set.length === 0 ? [] : [`SET ${set.join(',')}`]),
    ...(remove.length === 0 ? [] : [`REMOVE ${remove.join(',')}`]),
  ];
  return {
    TableName: name,
    Key: key,
    UpdateExpression: clauses.join(' '),
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
    ...REPLY,
  };
}

/** The item has what the changes were to make of it. */
export function isChanged(there: WireItem, changes: readonly AttributeChange[]): boolean {
  return changes.every(({ name, wanted }) => {
    const value = there[name] ?? null;
    if (value === null || wanted === null) return value === wanted;
    return sameItem({ [name]: value }, { [name]: wanted });
  });
}

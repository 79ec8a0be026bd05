import type { KeyRange } from '../key-range.js';
import type { Column } from '../source-schema.js';
import { quote } from './quote.js';

/** The line that confines `r` to all of the ranges; none where they are everything. */
export function whereRange(
  identity: readonly Column[],
  ranges: KeyRange | readonly KeyRange[],
  parameters: Parameters,
): readonly string[] {
  const conditions: string[] = [];
  for (const range of [ranges].flat()) {
    if (range.kind === 'keys') conditions.push(keysCondition(identity, range.keys, parameters));
    else {
      if (range.after !== null) conditions.push(compare(identity, '>', range.after, parameters));
      if (range.upTo !== null) conditions.push(compare(identity, '<=', range.upTo, parameters));
    }
  }
  return conditions.length === 0 ? [] : [`WHERE ${conditions.join(' AND ')}`];
}

/** Values travel as text and are cast to the column's own type: compared as the index orders them. */
function compare(
  identity: readonly Column[],
  operator: string,
  key: readonly string[],
  parameters: Parameters,
) {
  const columns = identity.map((column) => `r.${quote(column.name)}`);
  const values = identity.map((column, index) => `${parameters.add(key[index] ?? '')}::${column.nativeType}`);
  if (columns.length === 1) return `${columns[0]} ${operator} ${values[0]}`;
  return `(${columns.join(', ')}) ${operator} (${values.join(', ')})`;
}

export function keysCondition(
  identity: readonly Column[],
  keys: readonly (readonly string[])[],
  parameters: Parameters,
  alias = 'r',
): string {
  const arrays = identity.map(
    (_, index) => `${parameters.add(textArray(keys.map((key) => key[index] ?? '')))}::text[]`,
  );
  const names = identity.map((_, index) => `k${index}`);
  const values = identity.map((column, index) => `k.k${index}::${column.nativeType}`);
  const columns = identity.map((column) => `${alias}.${quote(column.name)}`);
  return `(${columns.join(', ')}) IN (SELECT ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS k(${names.join(', ')}))`;
}

/** Collects parameters and names their places. */
export class Parameters {
  readonly values: string[] = [];

  add(value: string): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** A one-dimensional array literal: postgresql.org/docs/current/arrays.html#ARRAYS-IO. */
export function textArray(elements: readonly string[]): string {
  return `{${elements.map((element) => `"${element.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

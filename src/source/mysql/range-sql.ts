import type { KeyRange } from '../key-range.js';
import type { Column } from '../source-schema.js';
import { comparedColumn, literalOf, quote } from './literals.js';

/** Writes one value of a bound. */
export type WriteKey = (column: Column, text: string) => string;

/**
 * The line that confines `r` to all of the ranges; none where they are everything. `write`: where bounds are not
 * known, and names stand for them.
 */
export function whereRange(
  identity: readonly Column[],
  ranges: readonly KeyRange[],
  write: WriteKey = literalOf,
): readonly string[] {
  const conditions: string[] = [];
  for (const range of ranges) {
    if (range.kind === 'keys') conditions.push(keysCondition(identity, range.keys));
    else {
      if (range.after !== null) conditions.push(beyond(identity, '>', range.after, write));
      if (range.upTo !== null) conditions.push(beyond(identity, '<', range.upTo, write));
    }
  }
  return conditions.length === 0 ? [] : [`WHERE ${conditions.join(' AND ')}`];
}

/**
 * `(a, b) > (x, y)` or `(a, b) <= (x, y)`, spelled out: the optimizer finds no index range in a comparison of
 * rows (dev.mysql.com/doc/refman/8.4/en/range-optimization.html#row-constructor-range-optimization).
 */
function beyond(
  identity: readonly Column[],
  operator: '>' | '<',
  key: readonly string[],
  write: WriteKey,
): string {
  const terms = identity.map((column, index) => ({
    column: comparedColumn(column, `r.${quote(column.name)}`),
    value: write(column, key[index] ?? ''),
  }));
  const last = terms.length - 1;
  const alternatives = terms.map(({ column, value }, index) => {
    const same = terms.slice(0, index).map((term) => `${term.column} = ${term.value}`);
    const inclusive = operator === '<' && index === last ? '=' : '';
    return [...same, `${column} ${operator}${inclusive} ${value}`].join(' AND ');
  });
  if (alternatives.length === 1) return alternatives.join();
  // Implied by the alternatives, and a range of the index as it stands.
  const [leading] = terms;
  const bound = `${leading?.column} ${operator}= ${leading?.value}`;
  return `(${bound} AND (${alternatives.map((one) => `(${one})`).join(' OR ')}))`;
}

export function keysCondition(
  identity: readonly Column[],
  keys: readonly (readonly string[])[],
  alias = 'r',
): string {
  const [first] = identity;
  if (first !== undefined && identity.length === 1) {
    const values = keys.map((key) => literalOf(first, key[0] ?? ''));
    return `${comparedColumn(first, `${alias}.${quote(first.name)}`)} IN (${values.join(', ')})`;
  }
  const alternatives = keys.map((key) => {
    const same = identity.map(
      (column, index) =>
        `${comparedColumn(column, `${alias}.${quote(column.name)}`)} = ${literalOf(column, key[index] ?? '')}`,
    );
    return `(${same.join(' AND ')})`;
  });
  return `(${alternatives.join(' OR ')})`;
}

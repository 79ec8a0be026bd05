import { parseDecimal } from '../../item/number.js';
import type { Cell } from '../source.js';
import type { ColumnType } from '../source-schema.js';
import { compareCells } from './compare-cells.js';

/** What SQL makes of a column's cells: NULLs are ignored, and of nothing it is NULL. Sums are exact. */
export function aggregateCell(kind: 'sum' | 'min' | 'max', type: ColumnType, cells: readonly Cell[]): Cell {
  const set = cells.filter((cell) => cell !== null);
  if (set.length === 0) return null;
  if (kind === 'sum') return sumOf(set.map(String));
  const sign = kind === 'min' ? 1 : -1;
  return [...set].sort((a, b) => sign * compareCells(type, a, b))[0] ?? null;
}

function sumOf(texts: readonly string[]): string {
  const decimals = texts.map((text) => {
    const decimal = parseDecimal(text);
    if (decimal === null) throw new TypeError(`no finite number to add: ${text}`);
    return decimal;
  });
  const exponent = Math.min(0, ...decimals.map((decimal) => decimal.exponent));
  let sum = 0n;
  for (const { negative, digits, exponent: own } of decimals) {
    const scaled = BigInt(digits === '' ? '0' : digits) * 10n ** BigInt(own - exponent);
    sum += negative ? -scaled : scaled;
  }
  return exponent === 0 ? String(sum) : `${sum}E${exponent}`;
}

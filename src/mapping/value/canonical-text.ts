import { canonicalNumber } from '../../item/number.js';
import type { Cell } from '../../source/source.js';
import type { ColumnType } from '../../source/source-schema.js';
import { trimPadding } from '../key/key-codec-text.js';
import { fractionText, parseTimestamp } from './temporal.js';

/** Raw text of a cell that is not NULL; bytes as `\x` and lower-case hex. */
export function cellText(cell: NonNullable<Cell>): string {
  return typeof cell === 'string' ? cell : `\\x${cell.toString('hex')}`;
}

/** False for text that is no UTF-8: nothing can be made of it. */
export function isLegible(cell: NonNullable<Cell>, { kind }: ColumnType): boolean {
  return typeof cell === 'string' || kind === 'bytes' || kind === 'geometry';
}

/**
 * One text for all spellings of a value that SQL holds to be equal: what is hashed, and what conditions
 * compare. Text that cannot be read as the type comes back as it is.
 */
export function canonicalText(type: ColumnType): (raw: string) => string {
  switch (type.kind) {
    case 'integer':
    case 'decimal':
    case 'float':
      return (raw) => canonicalNumber(raw) ?? raw;
    case 'boolean':
      return (raw) => (raw === '1' || raw === 'true' ? 't' : raw === '0' || raw === 'false' ? 'f' : raw);
    case 'text':
      return type.padded ? trimPadding : (raw) => raw;
    case 'uuid':
    case 'bytes':
    case 'geometry':
      return (raw) => raw.toLowerCase();
    case 'timestamp':
      return (raw) => canonicalTimestamp(raw, type.zone);
    case 'time':
      return (raw) => raw.replace(/\.(\d+)/, (_, fraction: string) => fractionText(fraction));
    default:
      return (raw) => raw;
  }
}

function canonicalTimestamp(raw: string, zone: boolean): string {
  const timestamp = parseTimestamp(raw);
  if (timestamp === null) return raw;
  return `${timestamp.date} ${timestamp.time}${fractionText(timestamp.fraction)}${zone ? '+00' : ''}`;
}

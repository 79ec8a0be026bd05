import { canonicalNumber } from '../../item/number.js';
import type { Row } from '../../source/source.js';
import type { ColumnType } from '../../source/source-schema.js';
import { trimPadding } from '../key/key-codec-text.js';
import { chainTransforms, isChain } from '../key/transform-chain.js';
import type { ResolvedPart, ResolvedTemplate } from '../template.js';
import { cellText, isLegible } from './canonical-text.js';
import * as time from './encode-time.js';
import { geometryText } from './geometry-text.js';

/** Text of a template: null when a part is NULL, `refused` when one has no text. */
export type PlainTemplate = (row: Row) => string | null | typeof REFUSED;
export const REFUSED = Symbol('refused');

/** Renders for people, not for keys: nothing is escaped, padded or parsed back. */
export function compilePlainTemplate(template: ResolvedTemplate): PlainTemplate {
  const pieces = template.parts.map((part) => (part.kind === 'literal' ? part.text : placeholder(part)));
  return (row) => {
    let out = '';
    for (const piece of pieces) {
      if (typeof piece === 'string') {
        out += piece;
        continue;
      }
      const text = piece(row);
      if (text === null || text === REFUSED) return text;
      out += text;
    }
    return out;
  };
}

function placeholder({ column, transforms }: Extract<ResolvedPart, { kind: 'column' }>): PlainTemplate {
  const chain = chainTransforms(column.column.type, transforms);
  if (!isChain(chain))
    throw new TypeError(`${column.column.name} was resolved and cannot be: ${chain.message}`);
  const plain = plainText(chain.type);
  return (row) => {
    const cell = row[column.cell] ?? null;
    if (cell === null) return null;
    if (!isLegible(cell, column.column.type)) return REFUSED;
    const raw = cellText(cell);
    const value = chain.value === null ? raw : chain.value(raw);
    return value === null ? REFUSED : (plain(value) ?? REFUSED);
  };
}

/** The text that an attribute of this type would hold; null where there is none. */
function plainText(type: ColumnType): (raw: string) => string | null {
  switch (type.kind) {
    case 'integer':
    case 'decimal':
    case 'float':
      return (raw) => canonicalNumber(raw) ?? raw;
    case 'boolean':
      return (raw) => String(raw === 't' || raw === '1');
    case 'text':
      return type.padded ? trimPadding : (raw) => raw;
    case 'bytes':
      return (raw) => Buffer.from(raw.slice(2), 'hex').toString('base64');
    case 'geometry':
      return (raw) => geometryText(Buffer.from(raw.slice(2), 'hex'));
    case 'date':
      return time.isoDate;
    case 'time':
      return type.zone ? time.isoTimeZone : time.isoTime;
    case 'timestamp':
      return type.zone ? time.isoTimestampUtc : time.isoTimestamp;
    default:
      return (raw) => raw;
  }
}

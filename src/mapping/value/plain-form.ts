import { isPlainText } from '../../item/json-text.js';
import { plainNumberBytes, trimFraction } from '../../item/number.js';
import { trimPadding } from '../key/key-codec-text.js';
import type { IsoText } from './encode-time.js';
import type { Encoding, PlainForm } from './encode-value.js';

export const PLAIN_TEXT: PlainForm = { open: '{"S":"', close: '"}', inner: countPlain };

export const PLAIN_PADDED: PlainForm = {
  ...PLAIN_TEXT,
  inner: (cell, into) => countPlain(trimPadding(cell), into),
};

export const PLAIN_NUMBER: PlainForm = {
  open: '{"N":"',
  close: '"}',
  inner(cell, into) {
    const bytes = plainNumberBytes(cell);
    if (bytes === 0) return null;
    into.bytes += bytes;
    return trimFraction(cell);
  },
};

export const PLAIN_BOOLEAN: PlainForm = {
  open: '{"BOOL":',
  close: '}',
  inner(cell, into) {
    const yes = cell === 't' || cell === '1';
    if (!yes && cell !== 'f' && cell !== '0') return null;
    into.bytes += 1;
    return yes ? 'true' : 'false';
  },
};

/** Text of ISO 8601 needs no escaping. */
export function plainIso(iso: IsoText): PlainForm {
  return {
    ...PLAIN_TEXT,
    inner(cell, into) {
      const text = iso(cell);
      if (text !== null) into.bytes += text.length;
      return text;
    },
  };
}

function countPlain(text: string, into: Encoding): string | null {
  if (!isPlainText(text)) return null;
  into.bytes += text.length;
  return text;
}

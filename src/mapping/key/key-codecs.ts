import type { ColumnType } from '../../source/source-schema.js';
import type { KeyCodec, KeyWriting } from './key-codec.js';
import {
  decimalCodec,
  floatCodec,
  integerCodec,
  integerWidth,
  plainNumberCodec,
} from './key-codec-number.js';
import { bytesCodec, choiceCodec, textCodec, uuidCodec } from './key-codec-text.js';
import { dateCodec, timeCodec, timestampCodec } from './key-codec-time.js';

/** The codec of a type; null for types that make no key component (json, array, hstore, composite, geometry, undecided). */
export function keyCodec(type: ColumnType, writing: KeyWriting): KeyCodec | null {
  const codec = codecOf(type, writing);
  return codec === null ? null : exact(codec);
}

function codecOf(type: ColumnType, { plain, descending, digits }: KeyWriting): KeyCodec | null {
  const bare = plain && !descending;
  switch (type.kind) {
    case 'integer':
      if (digits !== null) return decimalCodec(digits, descending);
      return bare ? plainNumberCodec : integerCodec(integerWidth(type), descending);
    case 'decimal':
      if (digits !== null) return decimalCodec(digits, descending);
      if (bare) return plainNumberCodec;
      if (type.precision === null) return floatCodec(descending);
      return decimalCodec({ precision: type.precision, scale: type.scale ?? 0 }, descending);
    case 'float':
      if (digits !== null) return decimalCodec(digits, descending);
      return bare ? plainNumberCodec : floatCodec(descending);
    case 'boolean':
      return choiceCodec(
        [
          ['f', '0', 'false'],
          ['t', '1', 'true'],
        ],
        1,
        descending,
      );
    case 'enum': {
      if (bare) return textCodec(false, false);
      const labels = type.labels.map((label) => [label]);
      return choiceCodec(labels, Math.max(2, String(labels.length - 1).length), descending);
    }
    case 'text':
      return textCodec(descending, type.padded);
    case 'bits':
    case 'year':
    case 'textual':
      return textCodec(descending, false);
    case 'uuid':
      return uuidCodec(descending);
    case 'bytes':
      return bytesCodec(descending);
    case 'date':
      return dateCodec(descending);
    case 'time':
      return type.zone ? textCodec(descending, false) : timeCodec(type.signed, descending);
    case 'timestamp':
      return timestampCodec(type.zone, descending);
    default:
      return null;
  }
}

/** Reading back is strict: only what `encode` would write is read, so that a key has one meaning. */
function exact(codec: KeyCodec): KeyCodec {
  return {
    ...codec,
    decode(component) {
      const value = codec.decode(component);
      return value !== null && codec.encode(value) === component ? value : null;
    },
  };
}

import { isPlainText, jsonText } from '../../item/json-text.js';
import { LIMITS } from '../../item/limits.js';
import type { RejectCode } from '../../item/reject.js';
import type { Row } from '../../source/source.js';
import type { ResolvedTemplate } from '../template.js';
import { compileTemplate } from './compile-template.js';

/** A key attribute of the present row; the maker is reused for every row. */
export interface KeyAttribute {
  readonly name: string;
  /** False when the key has no value; `code` and `reason` say why. */
  readonly make: (row: Row) => boolean;
  value: string;
  /** `"pk":{"S":"…"}` */
  json: string;
  /** Name and value. */
  bytes: number;
  code: RejectCode;
  reason: string;
}

/** Compiles a key attribute (table or index) of type S. */
export function compileKey(
  name: string,
  template: ResolvedTemplate,
  role: 'partition' | 'sort',
): KeyAttribute {
  const { render, explain, plain: alwaysPlain } = compileTemplate(template, role);
  const limit = role === 'partition' ? LIMITS.partitionKeyBytes : LIMITS.sortKeyBytes;
  const prefix = `${jsonText(name)}:{"S":`;
  const nameBytes = Buffer.byteLength(name);
  const key: KeyAttribute = {
    name,
    value: '',
    json: '',
    bytes: 0,
    code: 'KEY_NULL',
    reason: '',
    make(row) {
      const value = render(row);
      if (value === null) {
        const { code, reason } = explain(row);
        return refuse(code, reason);
      }
      const plain = alwaysPlain || isPlainText(value);
      const bytes = plain ? value.length : Buffer.byteLength(value);
      if (bytes === 0) return refuse('KEY_EMPTY', `${name} is the empty string (${template.text})`);
      if (bytes > limit) return refuse('KEY_TOO_LONG', `${name} has ${bytes} bytes; ${limit} are allowed`);
      key.value = value;
      key.json = plain ? `${prefix}"${value}"}` : `${prefix}${JSON.stringify(value)}}`;
      key.bytes = nameBytes + bytes;
      return true;
    },
  };
  const refuse = (code: RejectCode, reason: string) => {
    key.code = code;
    key.reason = reason;
    return false;
  };
  return key;
}

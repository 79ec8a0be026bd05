import { jsonText } from '../../item/json-text.js';
import { type EncodeValue, type Encoding, fail, writeNull, writeText } from './encode-value.js';
import { parseRecordLiteral, parseTextMap } from './record-literal.js';

/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html: attribute names. */
export const NAME_BYTES = 65_535;

/** hstore as M of S, its NULLs the NULL type. */
export const writeTextMap: EncodeValue = (cell, into) => {
  const entries = parseTextMap(String(cell));
  if (entries === null) return fail(into, 'VALUE_MALFORMED', 'the text is no hstore');
  return writeMap(
    entries.map(([name, value]) => [name, value === null ? writeNull(into) : writeText(value, into)]),
    into,
  );
};

/** A composite value as M of its fields, each as a column of its type would be; NULL is the NULL type. */
export function recordEncoder(
  fields: readonly { readonly name: string; readonly encode: EncodeValue }[],
): EncodeValue {
  return (cell, into) => {
    const values = parseRecordLiteral(String(cell));
    if (values === null || values.length !== fields.length) {
      return fail(into, 'VALUE_MALFORMED', `the text is no row of ${fields.length} fields`);
    }
    const entries: [string, string][] = [];
    for (const [index, { name, encode }] of fields.entries()) {
      const value = values[index] ?? null;
      const written = value === null ? writeNull(into) : encode(value, into);
      if (into.failure !== null) return '';
      entries.push([name, written]);
    }
    return writeMap(entries, into);
  };
}

/** `values` are written and counted; names and the map itself are not. */
function writeMap(entries: readonly (readonly [string, string])[], into: Encoding): string {
  into.bytes += 3;
  const written = entries.map(([name, value]) => {
    const bytes = Buffer.byteLength(name);
    if (bytes === 0 || bytes > NAME_BYTES) {
      fail(into, 'VALUE_NOT_EXACT', `a name of a map has 1 to ${NAME_BYTES} bytes`);
    }
    into.bytes += bytes + 1;
    return `${jsonText(name)}:${value}`;
  });
  return into.failure === null ? `{"M":{${written.join(',')}}}` : '';
}

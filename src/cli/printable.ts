import { typeOf, type WireItem, type WireValue } from '../item/attribute-value.js';

/** Controls, C1, line and paragraph separators, marks that turn the direction of text, halves of characters. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;
const SHORT: { readonly [character: string]: string } = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Data as a terminal may be given it: what would move the cursor, colour or reorder text is shown escaped. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return SHORT[character] ?? `\\u{${code.toString(16)}}`;
  });
}

/** A value on one line, its numbers exact; lists and maps as JSON has them. */
export function readable(value: WireValue): string {
  const [type, content] = typeOf(value);
  return type === 'S' ? printable(String(content)) : printable(nested(value));
}

function nested(value: WireValue): string {
  const [type, content] = typeOf(value);
  switch (type) {
    case 'S':
      return JSON.stringify(content);
    case 'N':
      return String(content);
    case 'B':
      return `0x${Buffer.from(String(content), 'base64').toString('hex')}`;
    case 'BOOL':
      return String(content);
    case 'NULL':
      return 'null';
    case 'L':
      return `[${(content as readonly WireValue[]).map(nested).join(', ')}]`;
    case 'M':
      return `{${Object.entries(content as WireItem)
        .map(([name, inner]) => `${JSON.stringify(name)}: ${nested(inner)}`)
        .join(', ')}}`;
    default:
      // A set: SS, NS, BS.
      return `{${(content as readonly string[]).map((element) => nested({ [type.charAt(0)]: element })).join(', ')}}`;
  }
}

/** Characters that a terminal draws over two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns that a text takes on a terminal, about: combining marks count as characters. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

/** At most so many columns, with an ellipsis where something is left out. */
export function clip(text: string, columns: number): string {
  if (text.length <= columns / 2 || columnsOf(text) <= columns) return text;
  let out = '';
  let used = 1;
  for (const character of text) {
    used += WIDE.test(character) ? 2 : 1;
    if (used > columns) break;
    out += character;
  }
  return `${out}…`;
}

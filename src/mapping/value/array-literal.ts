/** An array literal read: elements as raw text, NULL as null, nested for more dimensions. */
export type ArrayElements = readonly (string | null | ArrayElements)[];

/**
 * Reads `{1,NULL,"a \"b\""}`, nested `{{1,2},{3,4}}`, with lower bounds in front (`[2:3]={1,2}`, dropped:
 * they number elements and are no part of their values). Null for what is no array literal.
 * Grammar: postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
export function parseArrayLiteral(text: string, delimiter: string): ArrayElements | null {
  const start = text.startsWith('[') ? text.indexOf('=') + 1 : 0;
  const cursor = { text, at: start, delimiter };
  const elements = readElements(cursor);
  return elements === null || cursor.at !== text.length ? null : elements;
}

interface Cursor {
  readonly text: string;
  readonly delimiter: string;
  at: number;
}

function readElements(cursor: Cursor): ArrayElements | null {
  const { text, delimiter } = cursor;
  if (text.charAt(cursor.at) !== '{') return null;
  cursor.at += 1;
  const elements: (string | null | ArrayElements)[] = [];
  if (text.charAt(cursor.at) === '}') {
    cursor.at += 1;
    return elements;
  }
  for (;;) {
    const element = readElement(cursor);
    if (element === undefined) return null;
    elements.push(element);
    const next = text.charAt(cursor.at);
    cursor.at += 1;
    if (next === '}') return elements;
    if (next !== delimiter) return null;
  }
}

function readElement(cursor: Cursor): string | null | ArrayElements | undefined {
  const first = cursor.text.charAt(cursor.at);
  if (first === '{') return readElements(cursor) ?? undefined;
  if (first === '"') return readQuoted(cursor);
  const start = cursor.at;
  let end = start;
  while (end < cursor.text.length && cursor.text[end] !== '}' && cursor.text[end] !== cursor.delimiter) {
    end += cursor.text[end] === '\\' ? 2 : 1;
  }
  cursor.at = end;
  const element = cursor.text.slice(start, end);
  if (element === '') return undefined;
  return element.toUpperCase() === 'NULL' ? null : element.replaceAll(/\\([\s\S])/g, '$1');
}

function readQuoted(cursor: Cursor): string | undefined {
  const { text } = cursor;
  let element = '';
  let at = cursor.at + 1;
  for (;;) {
    const char = text.charAt(at);
    if (char === '') return undefined;
    if (char === '"') break;
    if (char === '\\') at += 1;
    element += text.charAt(at);
    at += 1;
  }
  cursor.at = at + 1;
  return element;
}

/**
 * Reads `(1,"a ""b""",)`, the text of a composite value: raw text of its fields in their order, null where nothing
 * at all stands. Null for what is no such text.
 * Grammar: postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX
 */
export function parseRecordLiteral(text: string): readonly (string | null)[] | null {
  if (!text.startsWith('(')) return null;
  const fields: (string | null)[] = [];
  let field: string | null = null;
  let quoted = false;
  for (let at = 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') {
      if (quoted && text.charAt(at + 1) === '"') {
        field += '"';
        at += 1;
      } else {
        quoted = !quoted;
        field ??= '';
      }
    } else if (char === '\\') {
      at += 1;
      field = (field ?? '') + text.charAt(at);
    } else if (!quoted && (char === ',' || char === ')')) {
      fields.push(field);
      field = null;
      if (char === ')') return at === text.length - 1 ? fields : null;
    } else field = (field ?? '') + char;
  }
  return null;
}

const PAIR = /\s*"((?:[^"\\]|\\[\s\S])*)"=>(?:"((?:[^"\\]|\\[\s\S])*)"|NULL)\s*(,|$)/y;

/**
 * Reads `"a"=>"1", "b"=>NULL` as hstore writes it. Null for what is no such text.
 * Grammar: postgresql.org/docs/current/hstore.html#HSTORE-EXTERNAL-REP
 */
export function parseTextMap(text: string): readonly (readonly [string, string | null])[] | null {
  const entries: (readonly [string, string | null])[] = [];
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < text.length) {
    const match = PAIR.exec(text);
    if (match === null) return null;
    const [, name = '', value, end] = match;
    entries.push([withoutEscapes(name), value === undefined ? null : withoutEscapes(value)]);
    if (end === ',' && PAIR.lastIndex === text.length) return null;
  }
  return entries;
}

function withoutEscapes(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, '$1');
}

/**
 * Just enough of TypeScript's lexical grammar to find where an expression ends: strings, templates,
 * comments and brackets. Offsets in, offsets out; the end of the source where something is not closed.
 */

const CLOSING: { readonly [open: string]: string } = { '{': '}', '[': ']', '(': ')' };

/** First offset from `at` that is neither white space nor in a comment. */
export function skipBlank(source: string, at: number): number {
  if (at >= source.length) return source.length;
  const blank = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
  blank.lastIndex = at;
  blank.exec(source);
  return blank.lastIndex;
}

/** Behind the string or template that starts at `at`. */
export function skipString(source: string, at: number): number {
  const quote = source.charAt(at);
  let next = at + 1;
  while (next < source.length) {
    const char = source.charAt(next);
    if (char === quote) return next + 1;
    if (char === '\\') next += 2;
    else if (quote === '`' && source.startsWith('${', next)) next = closingOf(source, next + 1) + 1;
    else next += 1;
  }
  return next;
}

/** The `,` or the closing bracket that ends the expression at `at`. */
export function skipExpression(source: string, at: number): number {
  let next = skipBlank(source, at);
  while (next < source.length && !',}])'.includes(source.charAt(next))) {
    const char = source.charAt(next);
    if (char in CLOSING) next = closingOf(source, next) + 1;
    else if (char === "'" || char === '"' || char === '`') next = skipString(source, next);
    else next += 1;
    next = skipBlank(source, next);
  }
  return next;
}

/** The bracket that closes the one at `at`. */
export function closingOf(source: string, at: number): number {
  let next = at;
  do next = skipExpression(source, next + 1);
  while (next < source.length && source.charAt(next) === ',');
  return next;
}

import { columnAt, isKeyword, type Token } from './tokens.js';

export interface Conditions {
  /** Columns that must have one value, or one of a list. */
  readonly equals: readonly string[];
  /** Columns that lie between values. */
  readonly ranges: readonly string[];
  /** The others, as the text has them. */
  readonly besides: readonly string[];
}

const RANGES: ReadonlySet<string> = new Set(['<', '>', '<=', '>=', 'between']);

/** The terms of a WHERE that AND joins. */
export function readConditions(tokens: readonly Token[]): Conditions {
  const equals: string[] = [];
  const ranges: string[] = [];
  const besides: string[] = [];
  for (const term of termsOf(tokens)) {
    const [column, used] = columnAt(term);
    const operator = term[used];
    const value = term.slice(used + 1);
    if (column !== null && operator !== undefined && isValues(value)) {
      if (operator.text === '=' || isKeyword(operator, 'in')) {
        equals.push(column);
        continue;
      }
      if (RANGES.has(operator.text)) {
        ranges.push(column);
        continue;
      }
    }
    besides.push(textOf(term));
  }
  return { equals: [...new Set(equals)], ranges: [...new Set(ranges)], besides };
}

/** Split at each AND outside parentheses but that of BETWEEN; one term only where an OR is among them. */
function termsOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const terms: Token[][] = [[]];
  let depth = 0;
  let between = false;
  for (const token of tokens) {
    if (token.kind === 'sign' && token.text === '(') depth += 1;
    if (token.kind === 'sign' && token.text === ')') depth -= 1;
    if (depth === 0 && isKeyword(token, 'or')) return [tokens];
    if (depth === 0 && isKeyword(token, 'and') && !between) terms.push([]);
    else {
      if (isKeyword(token, 'between')) between = true;
      else if (isKeyword(token, 'and')) between = false;
      terms.at(-1)?.push(token);
    }
  }
  return terms.map(unwrapped).filter((term) => term.length > 0);
}

/** `(a = $1)` → `a = $1` */
function unwrapped(term: readonly Token[]): readonly Token[] {
  const inner = term.slice(1, -1);
  const whole =
    term[0]?.text === '(' && term.at(-1)?.text === ')' && inner.every(({ text }) => !/^[()]$/.test(text));
  return whole && !inner.some((token) => isKeyword(token, 'or') || isKeyword(token, 'and')) ? inner : term;
}

/** Of parameters only: `$1`, `(?, ?)`, `(...)`, `ANY ($1)`, `$1 AND $2`, `$1::date`. */
function isValues(tokens: readonly Token[]): boolean {
  const known = tokens.every(
    (token, at) =>
      token.kind === 'value' ||
      ['(', ')', ',', '...', '::', '[', ']', '-', '+'].includes(token.text) ||
      ['and', 'any', 'true', 'false', 'date', 'timestamp', 'interval', 'current_date'].some((word) =>
        isKeyword(token, word),
      ) ||
      tokens[at - 1]?.text === '::',
  );
  return known && tokens.length > 0;
}

function textOf(tokens: readonly Token[]): string {
  return tokens
    .map(({ text }) => text)
    .join(' ')
    .replaceAll(/ ?(\.|::) ?/g, '$1')
    .replaceAll(/\( | \)/g, (sign) => sign.trim());
}

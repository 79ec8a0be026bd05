import { type SqlQuoting, sqlCode } from '../../source/select.js';

/** One term of an ORDER BY. */
export interface OrderTerm {
  /** As it is written, without its direction. */
  readonly text: string;
  /** The column that it is; null for an expression or a number, which nobody looks into here. */
  readonly column: string | null;
  readonly collation: string | null;
}

const END = /\b(?:limit|offset|fetch|for|into|lock|window|union|intersect|except)\b/i;
const NAME = String.raw`[\p{L}_][\p{L}\p{N}_$]*|"(?:[^"]|"")*"|${'`'}(?:[^${'`'}]|${'`'.repeat(2)})*${'`'}`;
const TERM = new RegExp(
  String.raw`^(?:(?:${NAME})\s*\.\s*)*(?<name>${NAME})(?:\s+collate\s+(?<collation>(?:(?:${NAME})\s*\.\s*)*(?:${NAME})))?$`,
  'iu',
);
const DIRECTION = /(?:\s+(?:asc|desc))?(?:\s+nulls\s+(?:first|last))?\s*$/i;

/**
 * The ORDER BY that stands outside of all parentheses, the last there is; null without one. This is a look, no parser:
 * it knows quotes, comments and parentheses, and takes commas for what they seem.
 */
export function sqlOrder(sql: string, quoting: SqlQuoting): readonly OrderTerm[] | null {
  const code = outermost(sqlCode(sql, quoting));
  const [last] = [...code.matchAll(/\border\s+by\b/gi)].slice(-1);
  if (last === undefined) return null;
  const behind = code.slice(last.index + last[0].length);
  const end = END.exec(withoutNames(behind))?.index ?? behind.length;
  return split(behind.slice(0, end)).map(termOf);
}

function termOf(written: string): OrderTerm {
  const text = written.replace(DIRECTION, '').trim();
  const { name, collation } = TERM.exec(text)?.groups ?? {};
  return {
    text,
    column: name === undefined || /^\d/.test(name) ? null : nameIn(name),
    collation: collation === undefined ? null : nameIn(collation.split('.').at(-1)?.trim() ?? ''),
  };
}

function nameIn(text: string): string {
  const quote = text.charAt(0);
  return quote === '"' || quote === '`' ? text.slice(1, -1).replaceAll(quote + quote, quote) : text;
}

/** What is in parentheses is dots: neither ORDER BY nor a comma. */
function outermost(code: string): string {
  let depth = 0;
  let text = '';
  let quote = '';
  for (const character of code) {
    if (quote === '' && character === ')') depth = Math.max(0, depth - 1);
    text += depth > 0 ? '.' : character;
    if (quote === '' && character === '(') depth += 1;
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === '`')) quote = character;
  }
  return text;
}

/** Of the same length, so that places are the same. */
function withoutNames(code: string): string {
  return code.replaceAll(/"[^"]*"|`[^`]*`/g, (name) => '.'.repeat(name.length));
}

function split(list: string): readonly string[] {
  const bare = withoutNames(list);
  const terms: string[] = [];
  let start = 0;
  for (let at = bare.indexOf(','); at >= 0; at = bare.indexOf(',', start)) {
    terms.push(list.slice(start, at));
    start = at + 1;
  }
  return [...terms, list.slice(start).replace(/;\s*$/, '')];
}

import { sourceError } from './errors.js';
import type { SelectParameter, SelectQuestion } from './source.js';

export type SqlPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string };

/** How a dialect writes what is no code. */
export interface SqlQuoting {
  /** In every text, and not only where it begins with E; `"` is one of its quotes, and `#` begins a comment. */
  readonly backslashes: boolean;
}

export const QUOTING: Readonly<Record<'postgres' | 'mysql', SqlQuoting>> = {
  postgres: { backslashes: false },
  mysql: { backslashes: true },
};

/** By the name of a schema's dialect; what is not MySQL's is standard SQL's. */
export function quotingOf(dialect: string): SqlQuoting {
  return dialect === 'mysql' ? QUOTING.mysql : QUOTING.postgres;
}

const PARAMETER = /\{([A-Za-z_][A-Za-z0-9_]*)\}/y;
const COMMENTS = String.raw`--[^\n]*|/\*[\s\S]*?\*/`;
const STANDARD = new RegExp(
  String.raw`${COMMENTS}|\b[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?\1`,
  'y',
);
const BACKSLASHED = new RegExp(
  String.raw`${COMMENTS}|#[^\n]*|'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*"|${'`'}(?:[^${'`'}]|${'`'.repeat(2)})*${'`'}`,
  'y',
);

/** A statement cut at its parameters. Texts, quoted names and comments are passed over, braces in them too. */
export function sqlParts(sql: string, quoting: SqlQuoting): readonly SqlPart[] {
  const parts: SqlPart[] = [];
  let text = '';
  for (const [piece, kind, name] of pieces(sql, quoting)) {
    if (kind !== 'parameter') {
      text += piece;
      continue;
    }
    parts.push({ kind: 'text', text }, { kind: 'parameter', name });
    text = '';
  }
  return [...parts, { kind: 'text', text }];
}

/** The statement's code alone: a space for each comment, `''` for each text. Quoted names stay. */
export function sqlCode(sql: string, quoting: SqlQuoting): string {
  const name = quoting.backslashes ? '`' : '"';
  let code = '';
  for (const [piece, kind] of pieces(sql, quoting)) {
    if (kind !== 'quoted' || piece.startsWith(name)) code += piece;
    else code += /^(?:--|\/\*|#)/.test(piece) ? ' ' : "''";
  }
  return code;
}

function* pieces(
  sql: string,
  { backslashes }: SqlQuoting,
): Generator<readonly [piece: string, kind: 'code' | 'quoted' | 'parameter', name: string]> {
  const quoted = backslashes ? BACKSLASHED : STANDARD;
  for (let at = 0; at < sql.length; ) {
    quoted.lastIndex = at;
    PARAMETER.lastIndex = at;
    const piece = quoted.exec(sql)?.[0];
    const parameter = piece === undefined ? PARAMETER.exec(sql) : null;
    if (piece !== undefined) yield [piece, 'quoted', ''];
    else if (parameter !== null) yield [parameter[0], 'parameter', parameter[1] ?? ''];
    else yield [sql.charAt(at), 'code', ''];
    at += piece?.length ?? parameter?.[0].length ?? 1;
  }
}

const QUESTION = /^[\s(]*(?:select|with|values|table)\b/i;
const OUTPUT = /\binto\s+(?:outfile|dumpfile)\b/i;

/**
 * The parts of a question, with the value of each of its parameters. Throws `SOURCE_QUERY` for what does not ask: the
 * transaction that it runs in refuses writes, but not COMMIT, SET, or a file on the server.
 */
export function questionParts(
  { sql, parameters }: SelectQuestion,
  quoting: SqlQuoting,
): readonly (string | SelectParameter)[] {
  const code = sqlCode(sql, quoting);
  if (!QUESTION.test(code) || OUTPUT.test(code)) {
    throw sourceError('SOURCE_QUERY', 'the statement is no question', {
      hint: 'Write one SELECT (or WITH, VALUES, TABLE) that only reads.',
    });
  }
  return sqlParts(sql, quoting).map((part) => {
    if (part.kind === 'text') return part.text;
    const parameter = parameters.get(part.name);
    if (parameter !== undefined) return parameter;
    const names = [...parameters.keys()].map((name) => `{${name}}`).join(', ');
    throw sourceError('SOURCE_QUERY', `the statement has {${part.name}}, which has no value`, {
      hint: names === '' ? 'There are no parameters.' : `There is ${names}.`,
    });
  });
}

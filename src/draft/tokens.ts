/** A word as the source reads it, a text or parameter, or a sign. */
export interface Token {
  readonly kind: 'word' | 'value' | 'sign';
  /** Words that are not quoted are in lower case. */
  readonly text: string;
  /** A name, whatever word it is. */
  readonly quoted: boolean;
}

const TOKEN =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|(?<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`)|(?<value>[eE]?'(?:[^'\\]|''|\\.)*'|\$\d+|\?|:\w+|\d+(?:\.\d+)?)|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<sign>\.\.\.|::|<=|>=|<>|!=|[-+*/%<>=~!|&^#@.,;()[\]])/uy;

/** The tokens of a statement without its comments; null where it holds what no statement of a known dialect does. */
export function tokensOf(sql: string): readonly Token[] | null {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < sql.length) {
    const groups = TOKEN.exec(sql)?.groups;
    if (groups === undefined) return null;
    const { quoted, value, word, sign } = groups;
    if (quoted !== undefined) {
      const mark = quoted.slice(0, 1);
      tokens.push({
        kind: 'word',
        text: quoted.slice(1, -1).replaceAll(mark + mark, mark),
        quoted: true,
      });
    } else if (value !== undefined) tokens.push({ kind: 'value', text: value, quoted: false });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word.toLowerCase(), quoted: false });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, quoted: false });
  }
  return tokens;
}

/** The name of the column that the tokens begin with, without its table, and how many tokens it is. */
export function columnAt(tokens: readonly Token[]): readonly [string | null, number] {
  let used = 0;
  let name: string | null = null;
  while (tokens[used]?.kind === 'word') {
    name = tokens[used]?.text ?? null;
    used += 1;
    if (tokens[used]?.text !== '.') break;
    used += 1;
  }
  return tokens[used]?.text === '(' ? [null, used] : [name, used];
}

/** How many parentheses are open in front of a token. */
export function depthAt(tokens: readonly Token[], end: number): number {
  let depth = 0;
  for (const { kind, text } of tokens.slice(0, end)) {
    if (kind === 'sign' && text === '(') depth += 1;
    if (kind === 'sign' && text === ')') depth -= 1;
  }
  return depth;
}

export function isWord(token: Token): boolean {
  return token.kind === 'word' && !token.quoted;
}

export function isKeyword(token: Token | undefined, word: string): boolean {
  return token !== undefined && isWord(token) && token.text === word;
}

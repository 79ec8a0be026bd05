import type { TransformCall } from '../template.js';

/** What stands between two braces: `customer.created_at | month | pad(3)`. */
export interface PlaceholderSyntax {
  readonly path: string;
  readonly column: string;
  readonly transforms: readonly TransformCall[];
}

const CALL = /^([A-Za-z_]\w*)\s*(?:\(([\s\S]*)\))?$/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const QUOTED = /^(["'])([\s\S]*)\1$/;

/** Reads a placeholder, or says what is wrong with it. */
export function readPlaceholder(text: string): PlaceholderSyntax | string {
  const [head = '', ...steps] = splitOutsideQuotes(text, '|');
  const name = head.trim();
  if (name === '') return text.trim() === '' ? 'the placeholder is empty' : 'a column is missing before |';
  const dot = name.lastIndexOf('.');
  const transforms: TransformCall[] = [];
  for (const step of steps) {
    const call = readCall(step.trim());
    if (typeof call === 'string') return call;
    transforms.push(call);
  }
  return { path: name.slice(0, Math.max(dot, 0)), column: name.slice(dot + 1), transforms };
}

/** Position of the brace that closes a placeholder whose inside starts at `from`, or −1. */
export function closingBrace(text: string, from: number): number {
  let quote = '';
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '}') return at;
    else if (char === '{') return -1;
  }
  return -1;
}

function readCall(text: string): TransformCall | string {
  const match = CALL.exec(text);
  if (match === null) return text === '' ? 'a transform is missing after |' : `${text} is no transform`;
  const [, name = '', inside] = match;
  if (inside === undefined || inside.trim() === '') return { name, args: [] };
  const args: (string | number)[] = [];
  for (const piece of splitOutsideQuotes(inside, ',')) {
    const arg = piece.trim();
    const quoted = QUOTED.exec(arg);
    if (quoted !== null) args.push(quoted[2] ?? '');
    else if (NUMBER.test(arg)) args.push(Number(arg));
    else return `the argument ${arg === '' ? '(nothing)' : arg} of ${name} is neither a number nor quoted`;
  }
  return { name, args };
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const pieces: string[] = [];
  let quote = '';
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === separator) {
      pieces.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...pieces, text.slice(start)];
}

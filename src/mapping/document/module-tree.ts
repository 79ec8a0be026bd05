import { closingOf, skipBlank, skipExpression, skipString } from './module-scanner.js';
import type { TextNode } from './text-tree.js';

/**
 * Where the parts of a document stand in the module that exports it, as far as it is written as one object
 * literal. What a variable, a spread or a call contributes is not followed: it has the place of the literal
 * around it. Null when the literal is not found for certain. `document` is what the module exported: a text
 * that stands elsewhere in the literal than the document says disproves the tree.
 */
export function moduleTree(source: string, document: unknown): TextNode | null {
  const start = literalStart(source);
  if (start === null) return null;
  const { node } = readValue(source, start, start);
  return agrees(node, document, source) ? node : null;
}

/** Each finds the brace; the first that matches exactly once is it. */
const BEGINNINGS = [
  /\bdefineMapping\s*\(\s*(?=\{)/g,
  /\bexport\s+default\s+(?=\{)/g,
  /\bexport\s+const\s+mapping\b[^=]*=\s*(?=\{)/g,
  /\bmodule\.exports\s*=\s*(?=\{)/g,
];

function literalStart(source: string): number | null {
  for (const beginning of BEGINNINGS) {
    const [first, second] = [...source.matchAll(beginning)];
    if (first !== undefined) return second === undefined ? first.index + first[0].length : null;
  }
  return null;
}

interface Read {
  readonly node: TextNode;
  /** Behind the value, at a `,` or a closing bracket. */
  readonly end: number;
}

function readValue(source: string, start: number, key: number): Read {
  const none: TextNode = { key, value: start, verbatim: null, children: new Map() };
  const char = source.charAt(start);
  if (char === '{' || char === '[') {
    const close = closingOf(source, start);
    const end = skipExpression(source, close + 1);
    const children = char === '{' ? readMap(source, start + 1, close) : readList(source, start + 1, close);
    return { node: isPlain(source, close + 1, end) ? { ...none, children } : none, end };
  }
  const end = skipExpression(source, start);
  if (char !== "'" && char !== '"' && char !== '`') return { node: none, end };
  const close = skipString(source, start);
  // Only a template has placeholders: in quotes `${` is two characters.
  const changed = char === '`' ? /\\|\$\{/ : /\\/;
  const exact = isPlain(source, close, end) && !changed.test(source.slice(start, close));
  const verbatim = exact ? start + 1 : null;
  return { node: { ...none, verbatim }, end };
}

/** Nothing follows a literal but what has no effect on its value. */
function isPlain(source: string, from: number, to: number): boolean {
  return /^\s*(?:as\s+const|(?:as|satisfies)\s+[\w.]+)?[\s;]*$/.test(source.slice(from, to));
}

function readList(source: string, from: number, close: number): ReadonlyMap<string, TextNode> {
  const children = new Map<string, TextNode>();
  let at = skipBlank(source, from);
  while (at < close) {
    if (source.startsWith('...', at)) return children; // positions behind a spread are unknown
    const { node, end } = readValue(source, at, at);
    children.set(String(children.size), node);
    at = skipBlank(source, end + 1);
  }
  return children;
}

const KEY = /([\p{L}_$][\p{L}\p{N}_$]*|\d+)|'([^'\\\n]*)'|"([^"\\\n]*)"/uy;

function readMap(source: string, from: number, close: number): ReadonlyMap<string, TextNode> {
  const children = new Map<string, TextNode>();
  let at = skipBlank(source, from);
  while (at < close) {
    KEY.lastIndex = at;
    const match = KEY.exec(source);
    const colon = match === null ? -1 : skipBlank(source, KEY.lastIndex);
    if (match === null || source.charAt(colon) !== ':') {
      const end = skipExpression(source, at);
      // Shorthand `{ where }` has a key; spreads, computed keys and methods have none.
      if (match?.[1] !== undefined && colon === end) {
        children.set(match[1], { key: at, value: at, verbatim: null, children: new Map() });
      }
      at = skipBlank(source, end + 1);
      continue;
    }
    const { node, end } = readValue(source, skipBlank(source, colon + 1), at);
    children.set(match[1] ?? match[2] ?? match[3] ?? '', node);
    at = skipBlank(source, end + 1);
  }
  return children;
}

/** Texts of the tree are the document's texts; what the tree does not know proves nothing. */
function agrees(node: TextNode, document: unknown, source: string): boolean {
  if (node.verbatim !== null) {
    return typeof document === 'string' && source.startsWith(document, node.verbatim);
  }
  return [...node.children].every(([key, child]) => {
    const object = typeof document === 'object' && document !== null;
    return object && Object.hasOwn(document, key)
      ? agrees(child, Reflect.get(document, key), source)
      : child.children.size === 0 && child.verbatim === null;
  });
}

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import { canonicalNumber } from '../../item/number.js';
import { messageOf } from '../../support/error.js';
import { mappingError } from '../errors.js';
import { excerptLines } from '../format-problems.js';
import type { Locate, Place, Problem } from '../problem.js';
import { locator, placeAt, type TextNode } from './text-tree.js';
import { yamlSlip } from './yaml-slip.js';

/** A document as plain data, with the places of its parts. */
export interface ReadDocument {
  readonly document: unknown;
  readonly locate: Locate;
  /** What the language of the file lets pass and a mapping does not. */
  readonly problems: readonly Problem[];
  /** The text of all that its functions are made of. */
  readonly code: () => string;
}

/** Reads YAML 1.2 with merge keys (`<<`). Throws `MAPPING_SYNTAX` with line and column of the first error. */
export function readYaml(source: string, file: string): ReadDocument {
  const yaml = parseDocument(source, { merge: true, prettyErrors: false });
  const problems: Problem[] = [];
  for (const error of [...yaml.errors, ...yaml.warnings]) {
    const { code, pos } = error;
    if (code !== 'DUPLICATE_KEY') {
      const { message, offset, fix } = yamlSlip(error, source);
      throw syntaxError(placeAt(offset, source, file), message, fix);
    }
    const place = placeAt(pos[0], source, file);
    const fix = 'Remove one of the two.';
    problems.push({ severity: 'error', code, message: 'the key is there twice', fix, path: [], place });
  }
  return {
    document: toData(yaml, file),
    locate: locator(() => treeOf(yaml), source, file),
    problems: [...problems, ...inexactNumbers(yaml, source, file), ...commentedOut(yaml, source, file)],
    code: () => '',
  };
}

function toData(yaml: Document.Parsed, file: string): unknown {
  try {
    return yaml.toJS();
  } catch (error) {
    const start = { file, line: 1, column: 1, excerpt: '' };
    throw syntaxError(start, messageOf(error), 'Mend the alias, or write out what it stands for.'); // too many aliases, or one without its anchor
  }
}

function syntaxError(place: Place, message: string, hint: string): Error {
  const { file, line, column } = place;
  const shown = excerptLines(place).map((excerpt) => `\n${excerpt}`);
  return mappingError('MAPPING_SYNTAX', `${file}:${line}:${column}: not YAML: ${message}${shown.join('')}`, {
    hint,
  });
}

/** JavaScript keeps every number of at most 15 digits that has no exponent. */
const MAY_BE_ROUNDED = /[\d.]{16}|[\d.][eE][-+]?\d/;
MAY_BE_ROUNDED.test(''); // V8 interprets the first use of an expression, character by character, and compiles for the second

/** Numbers that JavaScript rounds: what is compared with the source would not be what was written. */
function inexactNumbers(yaml: Document.Parsed, source: string, file: string): readonly Problem[] {
  const problems: Problem[] = [];
  if (!MAY_BE_ROUNDED.test(source)) return problems; // a walk over everything is a tenth of reading it
  visit(yaml, {
    Scalar(_, { value, source: written, range }) {
      if (typeof value !== 'number' || written === undefined) return;
      const exact = canonicalNumber(written);
      if (exact === null || exact === canonicalNumber(String(value))) return;
      problems.push({
        severity: 'error',
        code: 'NUMBER_NOT_EXACT',
        message: `${written} cannot be read exactly as a number`,
        fix: `Put it in quotes: '${written}'.`,
        path: [],
        place: placeAt(range?.[0] ?? 0, source, file),
      });
    },
  });
  return problems;
}

/** Behind a space `#` begins a comment: of `pk: ORDER #{id}` the key would be `ORDER` alone. */
const MAY_BE_COMMENTED = /\s#\{/;

function commentedOut(yaml: Document.Parsed, source: string, file: string): readonly Problem[] {
  const problems: Problem[] = [];
  if (!MAY_BE_COMMENTED.test(source)) return problems;
  visit(yaml, {
    Scalar(_, { value, comment, range, type }) {
      if (type !== 'PLAIN' || comment?.startsWith('{') !== true) return;
      const left = value === null ? 'no text is left' : `the text is ${String(value)} alone`;
      const before = value === null ? '' : `${String(value)} `;
      problems.push({
        severity: 'error',
        code: 'TEMPLATE_COMMENT',
        message: `#${comment} is a comment, for it stands behind a space: ${left}`,
        fix: `Put all of it in quotes: '${before}#${comment}'.`,
        path: [],
        place: placeAt(range?.[0] ?? 0, source, file),
      });
    },
  });
  return problems;
}

function treeOf(yaml: Document.Parsed): TextNode {
  return nodeOf(yaml.contents, null, yaml, []) ?? { key: 0, value: 0, verbatim: null, children: new Map() };
}

/** `inside` are the collections being walked: an anchor may hold its own alias. */
function nodeOf(
  node: unknown,
  key: number | null,
  yaml: Document.Parsed,
  inside: readonly Node[],
): TextNode | null {
  const target = isAlias(node) ? node.resolve(yaml) : node;
  const start = isNode(node) ? node.range?.[0] : undefined;
  if (!isNode(target) || start === undefined || inside.includes(target)) return null;
  const children = new Map<string, TextNode>();
  const around = [...inside, target];
  if (isMap(target)) {
    for (const pair of pairsOf(target, yaml)) {
      if (!isScalar(pair.key)) continue;
      const at = pair.key.range?.[0] ?? start;
      const child = nodeOf(pair.value, at, yaml, around);
      children.set(
        String(pair.key.value),
        child ?? { key: at, value: at, verbatim: null, children: new Map() },
      );
    }
  } else if (isSeq(target)) {
    for (const [index, item] of target.items.entries()) {
      const child = nodeOf(item, null, yaml, around);
      if (child !== null) children.set(String(index), child);
    }
  }
  const verbatim = isScalar(target) && target === node ? verbatimStart(target) : null;
  return { key: key ?? start, value: start, verbatim, children };
}

/** Own pairs after merged ones, so that they win. */
function pairsOf(map: YAMLMap, yaml: Document.Parsed): readonly Pair[] {
  const merged = map.items
    .filter(({ key }) => isScalar(key) && key.source === '<<')
    .flatMap(({ value }) => (isSeq(value) ? value.items : [value]))
    .map((item) => (isAlias(item) ? item.resolve(yaml) : item))
    .filter((item) => isMap(item))
    .reverse()
    .flatMap((item) => pairsOf(item, yaml));
  return [...merged, ...map.items];
}

/** Null for block scalars, and where quotes or escapes make the text differ from the source. */
function verbatimStart({ type, value, source, range }: Scalar): number | null {
  const start = range?.[0];
  if (start === undefined || range === null || range === undefined || typeof value !== 'string') return null;
  if (type === 'PLAIN') return source === value ? start : null;
  const quoted = type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE';
  return quoted && range[1] - start === value.length + 2 ? start + 1 : null;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'range' in value;
}

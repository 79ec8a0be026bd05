import {
  type CollectionTag,
  Document,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  parseDocument,
  Scalar,
  type ScalarTag,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import { typeOf, type WireItem, type WireValue } from '../../item/attribute-value.js';
import { canonicalNumber } from '../../item/number.js';
import { placeAt } from '../document/text-tree.js';
import { mappingError } from '../errors.js';

/**
 * The YAML of example files. A number is kept as its digits and never becomes a JavaScript number; what looks like a
 * number, a truth value or null and is text stands in quotes. What YAML has no form for has DynamoDB's name
 * as its tag: `!B aGk=` (base64), `!SS [a, b]`, `!NS [1, 2]`, `!BS [aGk=]`.
 */
class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const number: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/,
  identify: (value) => value instanceof Digits,
  resolve: (text) => new Digits(text),
  stringify: ({ value }) => (value instanceof Digits ? value.text : String(value)),
};

const bytes: ScalarTag = { tag: '!B', resolve: (text) => text };

const set = (tag: string): CollectionTag => ({ tag, collection: 'seq', resolve: (node) => node });

const LANGUAGE = {
  schema: 'failsafe',
  customTags: (tags: readonly unknown[]) =>
    [...tags, 'null', 'bool', number, bytes, set('!SS'), set('!NS'), set('!BS')] as never,
} as const;

/** A parsed node and the file it is of, for messages. */
export interface ExampleNode {
  readonly node: ParsedNode | null;
  readonly at: { readonly text: string; readonly file: string };
}

function isNull(node: ParsedNode): boolean {
  return isScalar(node) && node.value === null;
}

/** Throws `MAPPING_EXAMPLES` with line and column. */
export function parseExamples(text: string, file: string): ExampleNode {
  const document = parseDocument(text, { ...LANGUAGE, prettyErrors: false });
  const [first] = [...document.errors, ...document.warnings];
  const root = { node: document.contents, at: { text, file } };
  if (first !== undefined) throw wrong({ ...root, offset: first.pos[0] }, first.message);
  return root;
}

/** The entries of a map in their order; nothing for an empty file. Throws for any other thing. */
export function entriesOf(
  { node, at }: ExampleNode,
  what: string,
): readonly (readonly [string, ExampleNode])[] {
  if (node === null || isNull(node)) return [];
  if (!isMap(node)) throw wrong({ node, at }, `expected ${what}`);
  return node.items.map(({ key, value }) => {
    if (!isScalar(key)) throw wrong({ node, at }, 'a name has to be text');
    const name = key.value instanceof Digits ? key.value.text : String(key.value);
    return [name, { node: value, at }] as const;
  });
}

export function elementsOf({ node, at }: ExampleNode, what: string): readonly ExampleNode[] {
  if (node === null || isNull(node)) return [];
  if (!isSeq(node)) throw wrong({ node, at }, `expected ${what}`);
  return node.items.map((element) => ({ node: element as ParsedNode, at }));
}

/** What a row of a table holds in one column: text as it is written, a truth value, bytes or NULL. */
export function cellOf({ node, at }: ExampleNode): string | boolean | Buffer | null {
  if (node === null) return null;
  if (!isScalar(node)) throw wrong({ node, at }, 'a cell is text: put JSON and arrays in quotes');
  const { value } = node;
  if (value === null || typeof value === 'boolean') return value;
  if (node.tag === '!B') return Buffer.from(String(value), 'base64');
  return value instanceof Digits ? value.text : String(value);
}

/** The attribute value that a node stands for. */
export function attributeOf({ node, at }: ExampleNode): WireValue {
  if (node === null) return { NULL: true };
  if (isMap(node)) {
    const entries = entriesOf({ node, at }, 'attributes');
    return { M: Object.fromEntries(entries.map(([name, value]) => [name, attributeOf(value)])) };
  }
  if (isSeq(node)) {
    const elements = elementsOf({ node, at }, 'a list');
    const type = node.tag?.startsWith('!') ? node.tag.slice(1) : undefined;
    if (type === undefined) return { L: elements.map(attributeOf) };
    return { [type]: elements.map((element) => String(cellOf(element))) };
  }
  if (!isScalar(node)) throw wrong({ node, at }, 'an alias cannot stand here');
  const { value } = node;
  if (value === null) return { NULL: true };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value instanceof Digits) return { N: canonicalNumber(value.text) ?? value.text };
  return node.tag === '!B' ? { B: String(value) } : { S: String(value) };
}

export function wrong({ node, at, offset }: ExampleNode & { readonly offset?: number }, message: string) {
  const { line, column } = placeAt(offset ?? node?.range?.[0] ?? 0, at.text, at.file);
  return mappingError('MAPPING_EXAMPLES', `${at.file}:${line}:${column}: ${message}`, {
    hint: 'docs/mapping.md, "Testing a mapping", shows the files of an example.',
  });
}

/** Sections of items and of other maps, as YAML text that `parseExamples` reads back. */
export function writeExamples(sections: { readonly [name: string]: readonly WireItem[] }): string {
  const root = new YAMLMap();
  for (const [name, items] of Object.entries(sections)) {
    const list = new YAMLSeq();
    for (const [position, item] of items.entries()) {
      const map = mapNode(item);
      map.spaceBefore = position > 0;
      list.add(map);
    }
    root.set(name, list);
  }
  const document = new Document(null, LANGUAGE);
  document.contents = root as never;
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** One value on one line, for a report. */
export function valueText(value: WireValue): string {
  const node = nodeOf(value);
  if (node instanceof YAMLMap || node instanceof YAMLSeq) node.flow = true;
  const document = new Document(null, LANGUAGE);
  document.contents = node as never;
  return document.toString({ lineWidth: 0, collectionStyle: 'flow' }).trim();
}

function mapNode(item: WireItem): YAMLMap {
  const map = new YAMLMap();
  for (const [name, value] of Object.entries(item)) map.set(new Scalar(name), nodeOf(value));
  return map;
}

function nodeOf(value: WireValue): Scalar | YAMLMap | YAMLSeq {
  const [type, content] = typeOf(value);
  switch (type) {
    case 'M':
      return mapNode(content as WireItem);
    case 'L':
      return listNode((content as readonly WireValue[]).map(nodeOf));
    case 'SS':
    case 'NS':
    case 'BS':
      return setNode(type, content as readonly string[]);
    case 'N':
      return new Scalar(new Digits(String(content)));
    case 'NULL':
      return new Scalar(null);
    case 'B': {
      const node = new Scalar(String(content));
      node.tag = '!B';
      return node;
    }
    default:
      return new Scalar(content);
  }
}

function listNode(nodes: readonly unknown[]): YAMLSeq {
  const list = new YAMLSeq();
  for (const node of nodes) list.add(node);
  return list;
}

function setNode(type: 'SS' | 'NS' | 'BS', texts: readonly string[]): YAMLSeq {
  const list = listNode(texts.map((text) => new Scalar(type === 'NS' ? new Digits(text) : text)));
  list.tag = `!${type}`;
  list.flow = true;
  return list;
}

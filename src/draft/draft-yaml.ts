import { Document, isMap, isPair, isScalar, type Pair, Scalar, visit, type YAMLMap } from 'yaml';
import type { DocumentPath } from '../mapping/problem.js';
import type { Draft, LeftOut } from './draft.js';

export interface DraftHeading {
  /** The source's label: no user, no password. */
  readonly source: string;
  /** Further sentences on how the draft was made. */
  readonly lines: readonly string[];
  /** Behind the document. */
  readonly footer: readonly string[];
}

/** A map that is one line when it is no longer than this and has nothing to say in between. */
const LINE = 100;

const SCHEMA = 'yaml-language-server: $schema=./node_modules/tablefold/mapping.schema.json';

/** The draft as a document for people: the reasons are comments above what they are about. */
export function draftYaml(draft: Draft, { source, lines, footer }: DraftHeading): string {
  const document = new Document(draft.mapping, { aliasDuplicateObjects: false });
  for (const note of draft.notes) comment(document, note.path, note.lines);
  comment(
    document,
    ['table', 'indexes'],
    [
      'Each entity puts another question into them; an item without both attributes is not there, and costs nothing.',
    ],
  );
  comment(
    document,
    ['accessPatterns'],
    ['What the application asks. Remove what it does not, then the index keys behind it.'],
  );
  visit(document, {
    Map(_key, node, path) {
      const [own, above] = path
        .filter((part) => isPair(part))
        .map(keyOf)
        .reverse();
      const block = path.length < 2 || BLOCKS.has(own) || ENTRIES_ARE_BLOCKS.has(above);
      if (!block && !hasComments(node) && JSON.stringify(node).length <= LINE) node.flow = true;
    },
    Scalar(_key, node) {
      if (typeof node.value === 'string' && /#|[{}]/.test(node.value) && !/^select /.test(node.value)) {
        node.type = 'QUOTE_DOUBLE';
      }
    },
  });
  space(document.contents);
  space(document.get('entities'));
  space(document.get('accessPatterns'));
  document.commentBefore = commentText([
    SCHEMA,
    '',
    `Drafted by tablefold init from ${source}.`,
    'A first draft: it passes check and migrates as it is. Lines with DECIDE are questions that only you can answer;',
    'docs/init.md says by which rules it was made, docs/mapping.md explains every key.',
    ...lines,
    ...leftOutLines(draft.leftOut),
  ]);
  if (footer.length > 0) document.comment = commentText(footer);
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function leftOutLines(leftOut: readonly LeftOut[]): readonly string[] {
  if (leftOut.length === 0) return [];
  return ['', 'DECIDE: left out:', ...leftOut.map(({ table, why }) => `  ${table}: ${why}`)];
}

/** Blocks however short they are; and what each of their entries is. */
const BLOCKS: ReadonlySet<unknown> = new Set([
  ...['table', 'defaults', 'entities', 'items', 'indexes', 'join', 'attributes', 'accessPatterns'],
]);
const ENTRIES_ARE_BLOCKS: ReadonlySet<unknown> = new Set(['entities', 'accessPatterns']);

function keyOf(pair: unknown): unknown {
  if (typeof pair !== 'object' || pair === null || !('key' in pair)) return undefined;
  return isScalar(pair.key) ? pair.key.value : pair.key;
}

function hasComments(map: YAMLMap): boolean {
  let found = false;
  visit(map, {
    Pair(_, pair) {
      if (isScalar(pair.key) && pair.key.commentBefore != null) found = true;
    },
  });
  return found;
}

function comment(document: Document, path: DocumentPath, lines: readonly string[]): void {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1));
  if (lines.length === 0 || !isMap(parent)) return;
  const pair = parent.items.find((candidate) => keyOf(candidate) === path.at(-1));
  if (pair !== undefined) keyNode(pair).commentBefore = commentText(lines);
}

/** An empty line before each entry but the first. */
function space(node: unknown): void {
  if (!isMap(node)) return;
  for (const pair of node.items.slice(1)) keyNode(pair).spaceBefore = true;
}

function keyNode(pair: Pair): Scalar {
  if (isScalar(pair.key)) return pair.key;
  const key = new Scalar(pair.key);
  pair.key = key;
  return key;
}

function commentText(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? ' ' : ` ${line.replaceAll(/[\r\n]+/g, ' ')}`)).join('\n');
}

import { jsonText, textBytes } from '../../item/json-text.js';
import type { RowTree } from '../../source/source.js';
import type { AttributeSource, ChildValue } from '../resolved-mapping.js';
import type { ResolvedColumn } from '../template.js';
import { type Encoding, fail, writeNull } from '../value/encode-value.js';
import { compilePlainTemplate, REFUSED } from '../value/plain-text.js';

/** What children are written as: '' when it is left off or failed, null for NULL. */
type WriteChildren = (tree: RowTree, into: Encoding) => string | null;

/** One child: a map or a value, its size included; '' when it has none or failed. */
type WriteChild = (child: RowTree, into: Encoding) => string;

/** How the parts of a child are written, by the compiler of attributes. */
export interface ChildWriters {
  readonly map: (value: Extract<ChildValue, { kind: 'map' }>, level: number) => readonly WriteChild[];
  readonly column: (column: ResolvedColumn, level: number) => WriteChildren;
}

/** Bytes of a list, map or set besides its elements, and of each element. */
const COLLECTION_BYTES = 3;
const ELEMENT_BYTES = 1;

/** `level` is the number of lists and maps around the embed's attribute. */
export function compileEmbed(
  { embed, shape }: Extract<AttributeSource, { kind: 'embed' }>,
  level: number,
  writers: ChildWriters,
): WriteChildren {
  const childrenOf = (tree: RowTree) => tree.children[embed] ?? [];
  switch (shape.kind) {
    case 'list': {
      const write = compileChild(shape.value, level + 1, writers);
      return (tree, into) => writeList(childrenOf(tree), write, into);
    }
    case 'map': {
      const write = compileChild(shape.value, level + 1, writers);
      const keyOf = compileKey(shape.by);
      return (tree, into) => writeByKey(childrenOf(tree), shape.by.column.name, keyOf, write, into);
    }
    case 'set': {
      const write = compileChild({ kind: 'column', column: shape.column, nulls: 'omit' }, level + 1, writers);
      return (tree, into) => writeSet(childrenOf(tree), shape.type, write, into);
    }
    case 'one': {
      const write = compileChild(shape.value, level, writers);
      return (tree, into) => {
        const [only, ...others] = childrenOf(tree);
        if (only === undefined) return null;
        if (others.length === 0) return write(only, into);
        return fail(into, 'CHILDREN_NOT_UNIQUE', `${others.length + 1} children where one is expected`);
      };
    }
  }
}

function compileChild(value: ChildValue, level: number, writers: ChildWriters): WriteChild {
  if (value.kind === 'map') {
    const entries = writers.map(value, level + 1);
    return (child, into) => writeMap(entries, child, into);
  }
  const write = writers.column(value.column, level);
  const { nulls } = value;
  return (child, into) => write(child, into) ?? (nulls === 'null' ? writeNull(into) : '');
}

function writeMap(entries: readonly WriteChild[], child: RowTree, into: Encoding): string {
  let map = '';
  into.bytes += COLLECTION_BYTES;
  for (const write of entries) {
    const entry = write(child, into);
    if (entry === '') continue;
    into.bytes += ELEMENT_BYTES;
    map = map === '' ? entry.slice(1) : map + entry;
  }
  return `{"M":{${map}}}`;
}

function writeList(children: readonly RowTree[], write: WriteChild, into: Encoding): string {
  into.bytes += COLLECTION_BYTES;
  let list = '';
  for (const child of children) {
    const value = write(child, into);
    if (into.failure !== null) return '';
    if (value === '') continue;
    into.bytes += ELEMENT_BYTES;
    list = list === '' ? value : `${list},${value}`;
  }
  return `{"L":[${list}]}`;
}

function writeByKey(
  children: readonly RowTree[],
  column: string,
  keyOf: (child: RowTree) => string | null,
  write: WriteChild,
  into: Encoding,
): string {
  into.bytes += COLLECTION_BYTES;
  const seen = new Set<string>();
  let map = '';
  for (const child of children) {
    const key = keyOf(child);
    if (key === null || key === '') {
      return fail(into, 'CHILD_KEY_MISSING', `${column} of a child is ${key === null ? 'NULL' : 'empty'}`);
    }
    if (seen.has(key)) return fail(into, 'CHILDREN_NOT_UNIQUE', `two children have the same ${column}`);
    seen.add(key);
    const value = write(child, into);
    if (into.failure !== null) return '';
    if (value === '') continue;
    into.bytes += ELEMENT_BYTES + textBytes(key);
    const entry = `${jsonText(key)}:${value}`;
    map = map === '' ? entry : `${map},${entry}`;
  }
  return `{"M":{${map}}}`;
}

/** Equal elements are one, NULL is none, and there is no empty set. */
function writeSet(
  children: readonly RowTree[],
  type: 'SS' | 'NS' | 'BS',
  write: WriteChild,
  into: Encoding,
): string {
  const contents = new Set<string>();
  for (const child of children) {
    const before = into.bytes;
    const value = write(child, into);
    if (into.failure !== null) return '';
    const content = value.slice('{"S":'.length, -1);
    if (value === '' || contents.has(content)) into.bytes = before;
    else contents.add(content);
  }
  return contents.size === 0 ? '' : `{"${type}":[${[...contents].join(',')}]}`;
}

/** The text that a template of this column alone would have. */
function compileKey(column: ResolvedColumn): (child: RowTree) => string | null {
  const render = compilePlainTemplate({ text: '', parts: [{ kind: 'column', column, transforms: [] }] });
  return ({ row }) => {
    const text = render(row);
    return text === REFUSED ? null : text;
  };
}

import { jsonText } from '../../item/json-text.js';
import type { RowTree } from '../../source/source.js';
import { chainTransforms, isChain } from '../key/transform-chain.js';
import type { AttributeSource, ResolvedAttribute } from '../resolved-mapping.js';
import type { ResolvedColumn, ResolvedTemplate } from '../template.js';
import { attributeCodec } from '../value/attribute-codec.js';
import { cellText } from '../value/canonical-text.js';
import { type EncodeValue, type Encoding, fail, writeNumber, writeText } from '../value/encode-value.js';
import { compilePlainTemplate, REFUSED } from '../value/plain-text.js';

/** The attribute of a row as `,"name":{"N":"1"}`; '' when it is left off or could not be made. */
export type WriteAttribute = (tree: RowTree, into: Encoding) => string;

/** What an attribute's value is made of: '' when it is left off or failed, null for NULL. */
type WriteValue = (tree: RowTree, into: Encoding) => string | null;

const NULL_VALUE = '{"NULL":true}';

/** `level` is the number of lists and maps around the attribute: 0 on an item, 2 in an embedded child. */
export function compileAttribute({ name, value, nulls }: ResolvedAttribute, level = 0): WriteAttribute {
  const write = compileValue(value, level);
  const prefix = `,${jsonText(name)}:`;
  const nameBytes = Buffer.byteLength(name);
  const whenNull = nulls === 'null' ? prefix + NULL_VALUE : '';
  const nullBytes = nulls === 'null' ? nameBytes + 1 : 0;
  return (tree, into) => {
    const text = write(tree, into);
    if (text === null) {
      into.bytes += nullBytes;
      return whenNull;
    }
    if (text === '') return '';
    into.bytes += nameBytes;
    return prefix + text;
  };
}

function compileValue(source: AttributeSource, level: number): WriteValue {
  switch (source.kind) {
    case 'column':
      return ofColumn(source.column, encoderOf(source.column, source.as, level));
    case 'template':
      return ofTemplate(source.template, level);
    case 'count': {
      const { embed } = source;
      return (tree, into) => writeNumber(String(tree.children[embed]?.length ?? 0), into);
    }
    case 'embed':
      return ofEmbed(source.embed, source.attributes, level);
  }
}

function ofColumn({ cell: at }: ResolvedColumn, encode: EncodeValue): WriteValue {
  return ({ row }, into) => {
    const cell = row[at];
    return cell === null || cell === undefined ? null : encode(cell, into);
  };
}

function encoderOf(
  { column }: ResolvedColumn,
  as: Extract<AttributeSource, { kind: 'column' }>['as'],
  level: number,
): EncodeValue {
  const codec = attributeCodec(column.type, as, level);
  if (!codec.ok) throw new TypeError(`${column.name} was resolved and cannot be: ${codec.message}`);
  return codec.encode;
}

function ofTemplate(template: ResolvedTemplate, level: number): WriteValue {
  const [only, ...rest] = template.parts;
  if (only?.kind === 'column' && rest.length === 0) return ofPlaceholder(only.column, only.transforms, level);
  const render = compilePlainTemplate(template);
  return ({ row }, into) => {
    const text = render(row);
    if (text === REFUSED) return fail(into, 'VALUE_NOT_EXACT', `a part of ${template.text} has no text`);
    return text === null ? null : writeText(text, into);
  };
}

/** Exactly one placeholder keeps the type of its value. */
function ofPlaceholder(
  column: ResolvedColumn,
  transforms: Parameters<typeof chainTransforms>[1],
  level: number,
): WriteValue {
  const chain = chainTransforms(column.column.type, transforms);
  if (!isChain(chain))
    throw new TypeError(`${column.column.name} was resolved and cannot be: ${chain.message}`);
  const codec = attributeCodec(chain.type, null, level);
  if (!codec.ok) throw new TypeError(`${column.column.name} was resolved and cannot be: ${codec.message}`);
  const { value } = chain;
  if (value === null) return ofColumn(column, codec.encode);
  return ofColumn(column, (cell, into) => {
    const made = value(cellText(cell));
    if (made !== null) return codec.encode(made, into);
    return fail(into, 'VALUE_NOT_EXACT', 'the value does not fit its transforms');
  });
}

/** A list of maps. A list is level + 1, its maps level + 2. */
function ofEmbed(embed: number, attributes: readonly ResolvedAttribute[], level: number): WriteValue {
  const writers = attributes.map((attribute) => compileAttribute(attribute, level + 2));
  return (tree, into) => {
    const children = tree.children[embed] ?? [];
    into.bytes += 3;
    let list = '';
    for (const child of children) {
      const map = writeMap(writers, child, into);
      if (into.failure !== null) return '';
      list = list === '' ? map : `${list},${map}`;
    }
    return `{"L":[${list}]}`;
  };
}

function writeMap(writers: readonly WriteAttribute[], child: RowTree, into: Encoding): string {
  let entries = '';
  into.bytes += 1 + 3; // an element of the list, and a map
  for (const write of writers) {
    const entry = write(child, into);
    if (entry === '') continue;
    into.bytes += 1;
    entries = entries === '' ? entry.slice(1) : entries + entry;
  }
  return `{"M":{${entries}}}`;
}

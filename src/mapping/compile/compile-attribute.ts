import { jsonText } from '../../item/json-text.js';
import type { RowTree } from '../../source/source.js';
import type { ColumnType } from '../../source/source-schema.js';
import { chainTransforms, isChain } from '../key/transform-chain.js';
import type { AttributeSource, Constant, ResolvedAttribute } from '../resolved-mapping.js';
import type { ResolvedColumn, ResolvedTemplate } from '../template.js';
import { attributeCodec } from '../value/attribute-codec.js';
import { cellText, isLegible } from '../value/canonical-text.js';
import {
  type EncodeValue,
  type Encoding,
  fail,
  type PlainForm,
  writeBoolean,
  writeNumber,
  writeText,
} from '../value/encode-value.js';
import { compilePlainTemplate, REFUSED } from '../value/plain-text.js';
import { isZeroDate } from '../value/temporal.js';
import { compileDerive } from './compile-derive.js';
import { type ChildWriters, compileEmbed } from './compile-embed.js';

/** The attribute of a row as `,"name":{"N":"1"}`; '' when it is left off or could not be made. */
export type WriteAttribute = (tree: RowTree, into: Encoding) => string;

/** What an attribute's value is made of: '' when it is left off or failed, null for NULL. */
interface WriteValue {
  (tree: RowTree, into: Encoding): string | null;
  /** The value is a cell as it is, and mostly in one form. */
  readonly plain?: PlainCell;
}

interface PlainCell {
  readonly cell: number;
  readonly form: PlainForm;
}

const NULL_VALUE = '{"NULL":true}';

/** Where an attribute stands. */
interface Place {
  /** Lists and maps around it: 0 on an item, 2 in a child that is held in a list. */
  readonly level: number;
  /** Cells of its row before those of aggregates. */
  readonly columns: number;
}

export function compileAttribute(
  { name, value, nulls, zeroDate }: ResolvedAttribute,
  place: Place,
): WriteAttribute {
  const made = compileValue(value, place);
  const whole = zeroDate === 'omit' ? withoutZeroDates(value, made) : made;
  const prefix = `,${jsonText(name)}:`;
  const nameBytes = Buffer.byteLength(name);
  const whenNull = nulls === 'null' ? prefix + NULL_VALUE : '';
  const nullBytes = nulls === 'null' ? nameBytes + 1 : 0;
  const write: WriteAttribute = (tree, into) => {
    const text = whole(tree, into);
    if (text === null) {
      into.bytes += nullBytes;
      return whenNull;
    }
    if (text === '') return '';
    into.bytes += nameBytes;
    return prefix + text;
  };
  return whole.plain === undefined ? write : plainOr(write, whole.plain, prefix, nameBytes);
}

/** The column's plain form where the cell has it, joined in one go: `write` says the same in more steps. */
function plainOr(
  write: WriteAttribute,
  { cell: at, form }: PlainCell,
  prefix: string,
  nameBytes: number,
): WriteAttribute {
  const { close, inner } = form;
  const open = prefix + form.open;
  return (tree, into) => {
    const cell = tree.row[at];
    const text = typeof cell === 'string' ? inner(cell, into) : null;
    if (text === null) return write(tree, into);
    into.bytes += nameBytes;
    return open + text + close;
  };
}

/** Leaves the attribute off where a date that it is made of is MySQL's zero date. */
function withoutZeroDates(source: AttributeSource, write: WriteValue): WriteValue {
  const dates = columnsOf(source).filter(({ column: { type } }) => DATES.has(type.kind));
  if (dates.length === 0) return write;
  return (tree, into) => (dates.some(({ cell }) => isZeroDate(tree.row[cell])) ? '' : write(tree, into));
}

const DATES: ReadonlySet<string> = new Set(['date', 'timestamp']);

function columnsOf(source: AttributeSource): readonly ResolvedColumn[] {
  if (source.kind === 'column') return [source.column];
  if (source.kind === 'derive') return source.columns;
  if (source.kind !== 'template') return [];
  return source.template.parts.flatMap((part) => (part.kind === 'column' ? [part.column] : []));
}

function compileValue(source: AttributeSource, { level, columns }: Place): WriteValue {
  switch (source.kind) {
    case 'column':
      return ofColumn(source.column, encoderOf(source.column, source.as, level));
    case 'template':
      return ofTemplate(source.template, level);
    case 'constant':
      return ofConstant(source.value);
    case 'derive':
      return compileDerive(source, level);
    case 'count': {
      const { embed } = source;
      return (tree, into) => writeNumber(String(tree.children[embed]?.length ?? 0), into);
    }
    case 'aggregate':
      return ofAggregate(columns + source.cell, source.type, level);
    case 'embed':
      return compileEmbed(source, level, WRITERS);
  }
}

const WRITERS: ChildWriters = {
  map: ({ attributes, columns }, level) =>
    attributes.map((attribute) => compileAttribute(attribute, { level, columns })),
  column: (column, level) => ofColumn(column, encoderOf(column, null, level)),
};

/** Written once; only its bytes are counted again. */
function ofConstant(constant: Constant): WriteValue {
  const once: Encoding = { bytes: 0, failure: null };
  const text = textOf();
  const { bytes } = once;
  return (_, into) => {
    into.bytes += bytes;
    return text;
  };

  function textOf(): string {
    if (constant.type === 'BOOL') return writeBoolean(constant.value, once);
    return constant.type === 'N' ? writeNumber(constant.text, once) : writeText(constant.text, once);
  }
}

/** What the source computed; without a type, a number. */
function ofAggregate(at: number, type: ColumnType | null, level: number): WriteValue {
  const codec = type === null ? null : attributeCodec(type, null, level);
  const encode: EncodeValue = codec?.ok ? codec.encode : (cell, into) => writeNumber(cellText(cell), into);
  return ({ row }, into) => {
    const cell = row[at];
    return cell === null || cell === undefined ? null : encode(cell, into);
  };
}

function ofColumn({ cell: at, column }: ResolvedColumn, encode: EncodeValue): WriteValue {
  const write: WriteValue = ({ row }, into) => {
    const cell = row[at];
    if (cell === null || cell === undefined) return null;
    if (isLegible(cell, column.type)) return encode(cell, into);
    return fail(into, 'VALUE_MALFORMED', 'the bytes are no UTF-8; a view with CAST(… AS BINARY) keeps them');
  };
  return encode.plain === undefined
    ? write
    : Object.assign(write, { plain: { cell: at, form: encode.plain } });
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

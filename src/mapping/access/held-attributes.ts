import { type KeyAttribute, keyAttributes } from '../../item/key-attribute.js';
import { canonicalNumber, numberFits } from '../../item/number.js';
import { compileAttribute } from '../compile/compile-attribute.js';
import { chainTransforms, isChain } from '../key/transform-chain.js';
import type {
  ResolvedAttribute,
  ResolvedCopy,
  ResolvedEntity,
  ResolvedIndex,
  ResolvedTable,
} from '../resolved-mapping.js';
import type { ResolvedColumn, TransformCall } from '../template.js';
import { transformResult } from './component-parameter.js';
import type { KeyParameter } from './key-plan.js';
import { expectedText, readParameter } from './read-parameter.js';

/** A key attribute of an index as the items of a copy hold it. */
export interface HeldAttribute {
  readonly key: KeyAttribute;
  /** What people write for its value → the value on the item. */
  readonly parameter: KeyParameter;
  /** Every item of the copy has this value; null where rows differ. */
  readonly fixed: string | null;
}

export interface HeldKeys {
  readonly partition: readonly HeldAttribute[];
  readonly sort: readonly HeldAttribute[];
}

/** Null where the copy does not hold all of them, so that none of its items is in the index. */
export function heldAttributes(
  index: ResolvedIndex,
  table: ResolvedTable,
  entity: ResolvedEntity,
  copy: ResolvedCopy,
): HeldKeys | null {
  const attributes = copy.attributes.flatMap((at) => entity.attributes[at] ?? []);
  const made = [table.partitionKey, table.sortKey, table.lineageAttribute];
  const hold = (key: KeyAttribute): HeldAttribute | null => {
    if (key.name === table.entityAttribute)
      return { key, parameter: plainParameter(key), fixed: entity.name };
    if (made.includes(key.name)) return { key, parameter: plainParameter(key), fixed: null };
    const attribute = attributes.find(({ name }) => name === key.name);
    return attribute === undefined ? null : heldOf(attribute, key);
  };
  const partition = keyAttributes(index.partitionKey).map(hold);
  const sort = keyAttributes(index.sortKey).map(hold);
  if ([...partition, ...sort].includes(null)) return null;
  return { partition: partition.filter(isHeld), sort: sort.filter(isHeld) };
}

function heldOf(attribute: ResolvedAttribute, key: KeyAttribute): HeldAttribute {
  const { value } = attribute;
  const fixed = value.kind === 'constant' && value.value.type !== 'BOOL' ? value.value.text : null;
  const source = sourceOf(attribute);
  const parameter = source === null ? plainParameter(key) : columnParameter(attribute, source, key);
  return { key, parameter, fixed };
}

interface ColumnSource {
  readonly column: ResolvedColumn;
  readonly transforms: readonly TransformCall[];
}

/** The column that an attribute is the value of; null where it is made of several, or of none. */
function sourceOf({ value }: ResolvedAttribute): ColumnSource | null {
  if (value.kind === 'column') return { column: value.column, transforms: [] };
  const [only, ...rest] = value.kind === 'template' ? value.template.parts : [];
  return only?.kind === 'column' && rest.length === 0 ? only : null;
}

/** A value of the column, written as the mapper writes it; or what the attribute's transforms make of it. */
function columnParameter(
  attribute: ResolvedAttribute,
  { column, transforms }: ColumnSource,
  key: KeyAttribute,
): KeyParameter {
  const { path, cell } = column;
  const { name, nativeType, type } = column.column;
  const write = compileAttribute({ ...attribute, nulls: 'omit' }, { level: 0, columns: 0 });
  const encode = (raw: string): string | null => {
    const row: (string | null)[] = Array.from({ length: cell + 1 }, () => null);
    row[cell] = raw;
    const written = write({ row, children: [], overflow: false }, { bytes: 0, failure: null });
    return written === '' ? null : valueIn(written, key);
  };
  const chain = chainTransforms(type, transforms);
  const made = isChain(chain) && chain.value !== null ? chain.type : null;
  const plain = plainParameter(key);
  return {
    column: `${path === '' ? name : `${path}.${name}`} (${nativeType})`,
    expects: expectedText(type),
    shards: null,
    from: { column, transforms },
    encode(text) {
      const raw = readParameter(type, text);
      const value = raw === null ? null : encode(raw);
      if (value !== null || made === null) return value;
      return transformResult(made, transforms, text) === null ? null : plain.encode(text);
    },
  };
}

/** `,"total":{"N":"12"}`, as a mapper writes an attribute. No key is empty. */
function valueIn(written: string, { name, type }: KeyAttribute): string | null {
  const item = JSON.parse(`{${written.slice(1)}}`) as { readonly [name: string]: { readonly S?: string } };
  const text = (item[name] as { readonly [type: string]: string } | undefined)?.[type];
  return text === undefined || text === '' ? null : text;
}

/** The value itself, of what no column says more: DynamoDB's own types. */
function plainParameter({ name, type }: KeyAttribute): KeyParameter {
  const { expects, encode } = PLAIN[type];
  return { column: `the attribute ${name}`, expects, shards: null, from: null, encode };
}

const PLAIN: Readonly<
  Record<KeyAttribute['type'], { readonly expects: string; readonly encode: (text: string) => string | null }>
> = {
  S: { expects: 'text, one character or more', encode: (text) => (text === '' ? null : text) },
  N: {
    expects: 'a number of up to 38 digits',
    encode: (text) => (numberFits(text) ? canonicalNumber(text) : null),
  },
  B: {
    expects: 'bytes as hexadecimal digits',
    encode: (text) =>
      /^(?:0x)?(?:[0-9a-f]{2})+$/i.test(text)
        ? Buffer.from(text.replace(/^0x/i, ''), 'hex').toString('base64')
        : null,
  },
};

/** What a value begins with is no value of the column: text, or the first bytes. Numbers have no beginning. */
export function beginningOf({ key, parameter }: HeldAttribute): KeyParameter | null {
  return key.type === 'N' ? null : { ...plainParameter(key), column: parameter.column, from: parameter.from };
}

function isHeld(held: HeldAttribute | null): held is HeldAttribute {
  return held !== null;
}

import { isPlainText } from '../../item/json-text.js';
import type { Cell, Row } from '../../source/source.js';
import { FIRST_OF_COMPONENT, type KeyCodec } from '../key/key-codec.js';
import { keyCodec } from '../key/key-codecs.js';
import { chainTransforms, isChain, keyWriting } from '../key/transform-chain.js';
import type { ResolvedColumn, ResolvedPart, ResolvedTemplate } from '../template.js';
import { cellText, isLegible } from '../value/canonical-text.js';

export interface KeyFailure {
  readonly code: 'KEY_NULL' | 'KEY_OUT_OF_RANGE';
  readonly reason: string;
}

/** A key template as functions. */
export interface KeyTemplate {
  /** Null when a part is NULL or does not fit; `explain` says which. */
  readonly render: (row: Row) => string | null;
  /** All that `render` writes is plain text (item/json-text.ts), whatever the row. */
  readonly plain: boolean;
  /** Why `render` returned null for this row. */
  readonly explain: (row: Row) => KeyFailure;
  /** Canonical raw texts of the placeholders' values, in order; null for what `render` never writes. */
  readonly parse: (key: string) => readonly string[] | null;
}

/** One placeholder of a key template. */
export interface KeyComponent {
  readonly column: ResolvedColumn;
  readonly codec: KeyCodec;
  readonly encode: (cell: NonNullable<Cell>) => string | null;
  /** Different column values make different components. */
  readonly injective: boolean;
}

export function keyComponent(
  part: Extract<ResolvedPart, { kind: 'column' }>,
  role: 'partition' | 'sort',
): KeyComponent {
  const chain = chainTransforms(part.column.keyType, part.transforms);
  const codec = isChain(chain) ? keyCodec(chain.type, keyWriting(chain, role)) : null;
  if (!isChain(chain) || codec === null) {
    throw new TypeError(`${part.column.column.name} was resolved as a key component and cannot be one`);
  }
  const { value } = chain;
  const { type } = part.column.column;
  const encode =
    value === null
      ? (cell: NonNullable<Cell>) => (isLegible(cell, type) ? codec.encode(cellText(cell)) : null)
      : (cell: NonNullable<Cell>) => {
          const made = isLegible(cell, type) ? value(cellText(cell)) : null;
          return made === null ? null : codec.encode(made);
        };
  return { column: part.column, codec, encode, injective: chain.injective };
}

/** Compiles a template that `resolveTemplate` let through for this role. */
export function compileTemplate(template: ResolvedTemplate, role: 'partition' | 'sort'): KeyTemplate {
  const pieces = template.parts.map((part) =>
    part.kind === 'literal' ? part.text : keyComponent(part, role),
  );
  const components = pieces.filter((piece) => typeof piece !== 'string');
  return {
    render: renderer(pieces),
    plain: pieces.every((piece) =>
      typeof piece === 'string' ? isPlainText(piece) : piece.codec.width !== null,
    ),
    explain: (row) => explain(components, row),
    parse: (key) => parse(pieces, key),
  };
}

/** Literals are merged with their neighbours, so that a row costs one call and one addition a component. */
function renderer(pieces: readonly (string | KeyComponent)[]): (row: Row) => string | null {
  let head = '';
  const steps: { cell: number; encode: KeyComponent['encode']; tail: string }[] = [];
  for (const piece of pieces) {
    const last = steps.at(-1);
    if (typeof piece !== 'string') steps.push({ cell: piece.column.cell, encode: piece.encode, tail: '' });
    else if (last === undefined) head += piece;
    else last.tail += piece;
  }
  return (row) => {
    let key = head;
    for (const step of steps) {
      const cell = row[step.cell];
      if (cell === null || cell === undefined) return null;
      const component = step.encode(cell);
      if (component === null) return null;
      key += component + step.tail;
    }
    return key;
  };
}

function explain(components: readonly KeyComponent[], row: Row): KeyFailure {
  let failure: KeyFailure | null = null;
  for (const { column, encode } of components) {
    const name = column.path === '' ? column.column.name : `${column.path}.${column.column.name}`;
    const cell = row[column.cell] ?? null;
    // NULL comes first: it is what `whenNull: skip` asks for.
    if (cell === null) return { code: 'KEY_NULL', reason: `${name} is NULL` };
    if (encode(cell) === null) {
      const reason = `${name} does not fit the key: ${JSON.stringify(cellText(cell).slice(0, 60))}`;
      failure ??= { code: 'KEY_OUT_OF_RANGE', reason };
    }
  }
  return failure ?? { code: 'KEY_OUT_OF_RANGE', reason: 'the key cannot be written' };
}

function parse(pieces: readonly (string | KeyComponent)[], key: string): readonly string[] | null {
  const values: string[] = [];
  let at = 0;
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      if (!key.startsWith(piece, at)) return null;
      at += piece.length;
      continue;
    }
    const { width } = piece.codec;
    const end = width === null ? componentEnd(key, at) : at + width(key, at);
    const value = end > key.length ? null : piece.codec.decode(key.slice(at, end));
    if (value === null) return null;
    values.push(value);
    at = end;
  }
  return at === key.length ? values : null;
}

/** A component is the maximal run of its characters. */
function componentEnd(key: string, from: number): number {
  let at = from;
  while (at < key.length && key.charCodeAt(at) >= FIRST_OF_COMPONENT) at += 1;
  return at;
}

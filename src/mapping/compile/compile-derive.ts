import type { Row, RowTree } from '../../source/source.js';
import { messageOf } from '../../support/error.js';
import type { DeriveCell, DeriveRow } from '../derive.js';
import { mappingError } from '../errors.js';
import type { ResolvedDerive } from '../resolved-mapping.js';
import type { ResolvedColumn } from '../template.js';
import { cellText, isLegible } from '../value/canonical-text.js';
import { writeDerived, writeDerivedNumber, writeDerivedText } from '../value/encode-derived.js';
import { type Encoding, fail } from '../value/encode-value.js';
import { compilePlainTemplate, REFUSED } from '../value/plain-text.js';

/** A cell as its function sees it; `refused` for what has no exact form. */
type ReadCell = (row: Row) => DeriveCell | typeof REFUSED;

/** Every one of the first calls is made twice, and then one in so many. */
const FIRST_SAMPLES = 8;
const SAMPLE_EVERY = 1024;

/** Characters of what a function throws that a reject says. */
const MESSAGE_LENGTH = 200;

/**
 * Runs a function of the mapping on each row. What it throws, and what it returns that is no value, is a failure of
 * the attribute. Samples run twice: a function that then answers differently is no function of the row, and
 * throws `MAPPING_IMPURE`, since a resume and a diff would make other items than the run did.
 */
export function compileDerive(
  source: ResolvedDerive,
  level: number,
): (tree: RowTree, into: Encoding) => string | null {
  const readers = source.columns.map(cellReader);
  const run = (row: Row, into: Encoding): string | null => {
    const given = rowOf(row, source.names, readers, into);
    if (given === null) return '';
    let value: unknown;
    try {
      value = source.derive(given);
    } catch (error) {
      const [line = ''] = messageOf(error).split('\n');
      return fail(into, 'DERIVE_FAILED', `derive threw: ${line.slice(0, MESSAGE_LENGTH)}`);
    }
    if (value === undefined) return '';
    if (value === null) return null;
    if (source.as === 'number') return writeDerivedNumber(value, source.whole, into);
    return source.as === 'string' ? writeDerivedText(value, into) : writeDerived(value, level, into);
  };
  let calls = 0;
  return ({ row }, into) => {
    const text = run(row, into);
    const isSample = calls < FIRST_SAMPLES || calls % SAMPLE_EVERY === 0;
    if (calls === 0) untilClockMoves();
    calls += 1;
    if (!isSample) return text;
    const again: Encoding = { bytes: 0, failure: null };
    const second = run(row, again);
    if (second === text && again.failure?.code === into.failure?.code) return text;
    throw mappingError('MAPPING_IMPURE', `${source.place} made different values of one row`, {
      hint: 'Compute it from the columns alone: no clock, no chance, no state between calls.',
    });
  };
}

/** So that what asks the clock answers differently: one turn of it is a millisecond. A clock may stand still. */
function untilClockMoves(): void {
  const before = Date.now();
  const began = performance.now();
  while (Date.now() === before && performance.now() - began < 2);
}

function rowOf(
  row: Row,
  names: readonly string[],
  readers: readonly ReadCell[],
  into: Encoding,
): DeriveRow | null {
  const given: Record<string, DeriveCell> = {};
  for (let at = 0; at < readers.length; at += 1) {
    const name = names[at] ?? '';
    const cell = readers[at]?.(row) ?? null;
    if (cell === REFUSED) {
      fail(into, 'VALUE_NOT_EXACT', `${name} has no exact form for derive`);
      return null;
    }
    given[name] = cell;
  }
  return Object.freeze(given);
}

function cellReader(column: ResolvedColumn): ReadCell {
  const { type } = column.column;
  if (type.kind === 'boolean' || type.kind === 'bytes') {
    const read = type.kind === 'boolean' ? booleanOf : bytesOf;
    return (row) => {
      const cell = row[column.cell] ?? null;
      if (cell === null) return null;
      return isLegible(cell, type) ? read(cellText(cell)) : REFUSED;
    };
  }
  return compilePlainTemplate({ text: '', parts: [{ kind: 'column', column, transforms: [] }] });
}

function booleanOf(text: string): boolean | typeof REFUSED {
  if (text === 't' || text === '1') return true;
  return text === 'f' || text === '0' ? false : REFUSED;
}

/** Its own bytes: the function may keep or change them. */
function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.slice(2), 'hex'));
}

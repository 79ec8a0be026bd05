import type { EntityMapper } from '../mapping/mapper.js';
import type { ChunkPlan } from '../source/source.js';
import { usageError } from './errors.js';

/** Which rows of the mapped entities a run takes: all, the first few, or named ones. */
export interface Selection {
  /** The first N rows of each entity. */
  readonly limit?: number | undefined;
  /** `id=42`, `order_id=42,line_no=1`: single rows of the one entity that was asked for. */
  readonly keys?: readonly string[] | undefined;
}

/** A canary is a run over a part of the rows: it keeps a checkpoint of its own. */
export function isCanary(selection: Selection): boolean {
  return selection.limit !== undefined || (selection.keys?.length ?? 0) > 0;
}

/** Turns a selection into the plan of chunks. Throws `USAGE_*`. */
export function planOf(
  selection: Selection,
  mappers: readonly EntityMapper[],
  rowsPerChunk: number,
): Omit<ChunkPlan, 'after'> {
  const keys = selection.keys ?? [];
  if (keys.length === 0) {
    return selection.limit === undefined ? { rowsPerChunk } : { rowsPerChunk, limit: selection.limit };
  }
  const [mapper, ...others] = mappers;
  if (mapper === undefined || others.length > 0) {
    throw usageError(
      'USAGE_COMBINATION',
      '--where-key names rows of one entity, and several are to be migrated',
      {
        hint: `Add --entity NAME (one of ${mappers.map(({ entity }) => entity).join(', ')}).`,
      },
    );
  }
  if (selection.limit !== undefined) {
    throw usageError('USAGE_COMBINATION', '--where-key and --limit exclude each other', {
      hint: 'Leave one of them out.',
    });
  }
  const columns = mapper.query.identity.map(({ name }) => name);
  return { rowsPerChunk, keys: keys.map((key) => parseKey(key, columns, '--where-key')) };
}

/** After an even number of backslashes: those stand for themselves. */
const UNESCAPED_COMMA = /(?<=(?:^|[^\\])(?:\\\\)*),/;

/** `a=1,b=x` in any order → values in the order of `columns`; `flag` is what it was given by. In a value `\,` is a comma and `\\` a backslash. */
export function parseKey(text: string, columns: readonly string[], flag: string): readonly string[] {
  const expected = columns.map((column) => `${column}=VALUE`).join(',');
  const values = new Map<string, string>();
  for (const part of text.split(UNESCAPED_COMMA)) {
    const match = /^([^=]+)=(.*)$/s.exec(part);
    const [, column = '', value = ''] = match ?? [];
    if (match === null || !columns.includes(column.trim()) || values.has(column.trim())) {
      throw usageError('USAGE_VALUE', `${flag} ${text} does not name a row`, {
        hint: `Write ${flag} ${expected}.`,
      });
    }
    values.set(column.trim(), value.replaceAll(/\\([,\\])/g, '$1'));
  }
  return columns.map((column) => {
    const value = values.get(column);
    if (value === undefined) {
      throw usageError('USAGE_VALUE', `${flag} ${text} lacks ${column}`, {
        hint: `Write ${flag} ${expected}.`,
      });
    }
    return value;
  });
}

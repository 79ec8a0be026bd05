import { usageError } from '../errors.js';
import type { Prepared } from '../prepare.js';
import { parseKey } from '../selection.js';
import type { Changes } from './changes.js';

/** One line of a file of keys: text, or the object that it is JSON of. */
export type KeyLine = string | { readonly [column: string]: unknown };

/** Each statement of a catch-up holds all of its keys. */
const MOST_KEYS = 10_000;

/** The lines of `--keys`: blank ones are nothing. Throws `USAGE_VALUE` for what begins like JSON and is none. */
export function parseKeyLines(text: string): readonly KeyLine[] {
  return text.split(/\r?\n/).flatMap((line, index): readonly KeyLine[] => {
    if (line.trim() === '') return [];
    if (!line.trimStart().startsWith('{')) return [line];
    try {
      return [JSON.parse(line) as { readonly [column: string]: unknown }];
    } catch (error) {
      throw usageError('USAGE_VALUE', `line ${index + 1} of --keys is no JSON object`, {
        cause: error,
        hint: 'Write one object a line, {"id": 42}; or nothing but the key.',
      });
    }
  });
}

/** The rows that lines name, each once. Throws `USAGE_*`. */
export function keysOf(
  { entity, lines }: { readonly entity: string; readonly lines: readonly KeyLine[] },
  { mappers }: Pick<Prepared, 'mappers'>,
): Extract<Changes, { kind: 'keys' }> {
  const query = mappers.find((mapper) => mapper.entity === entity)?.query;
  if (query === undefined) {
    const names = mappers.map((mapper) => mapper.entity).join(', ');
    throw usageError('USAGE_VALUE', `the mapping has no entity ${entity}`, { hint: `It has ${names}.` });
  }
  if (query.groups !== undefined) {
    throw usageError('USAGE_COMBINATION', `--keys names rows, and those of ${entity} are groups of rows`, {
      hint: `Name the rows of an entity whose table is ${query.table.name}, or use --changed-since.`,
    });
  }
  if (lines.length === 0 || lines.length > MOST_KEYS) {
    throw usageError('USAGE_VALUE', `--keys names ${lines.length} rows; 1 to ${MOST_KEYS} are possible`, {
      hint: 'Give larger sets in several files, or use --changed-since COLUMN=VALUE.',
    });
  }
  const columns = query.identity.map(({ name }) => name);
  const keys = lines.map((line) =>
    typeof line === 'string' ? ofText(line, columns) : ofObject(line, columns),
  );
  return { kind: 'keys', entity, keys: [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()] };
}

function ofText(line: string, columns: readonly string[]): readonly string[] {
  return columns.length === 1 ? [line.trim()] : parseKey(line, columns, '--keys:');
}

function ofObject(
  line: { readonly [column: string]: unknown },
  columns: readonly string[],
): readonly string[] {
  return columns.map((column) => {
    const value = line[column];
    if (typeof value === 'string') return value;
    // JSON.parse rounds what is greater: 9007199254740993 is 9007199254740992 by now.
    if (Number.isSafeInteger(value)) return String(value);
    const what =
      value === undefined ? `has no ${column}` : `has a ${column} that is no text and no small integer`;
    throw usageError('USAGE_VALUE', `a line of --keys ${what}: ${JSON.stringify(line)}`, {
      hint: `Write {${columns.map((name) => `"${name}":"…"`).join(',')}}.`,
    });
  });
}

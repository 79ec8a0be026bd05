import type { Groups } from '../row-query.js';
import { quote } from './quote.js';

/** Without a column to group by, an aggregate makes one row of any number. */
export function groupedRoot(
  table: string,
  where: string | null,
  { by, cells }: Groups,
  alias: string,
): string {
  const keys = by.map(({ name }) => quote(name));
  const own = keys.length === 0 ? ['1 AS "all"', 'count(*) AS "rows of all"'] : keys;
  const made = cells.map(
    ({ name, kind, column }) => `${kind}(${column === null ? '*' : quote(column.name)}) AS ${quote(name)}`,
  );
  const filter = where === null ? '' : ` WHERE (${where}\n)`;
  const grouped = keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`;
  return `(SELECT ${[...own, ...made].join(', ')} FROM ${table}${filter}${grouped}) AS ${alias}`;
}

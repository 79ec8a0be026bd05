import type { Groups } from '../row-query.js';
import { quote } from './literals.js';

/**
 * Without a column to group by, an aggregate makes one row of any number. Texts are grouped by their bytes: of those
 * that a collation holds to be equal the server would take one, it does not say which. That they then share an
 * identity, `refuseSharedIdentity` says.
 */
export function groupedRoot(
  table: string,
  where: string | null,
  { by, cells }: Groups,
  alias: string,
): string {
  const keys = by.map(({ name, type }) => {
    const column = quote(name);
    if (type.kind !== 'text') return { cell: column, grouped: column };
    return { cell: `min(${column}) AS ${column}`, grouped: `CAST(${column} AS BINARY)` };
  });
  const own = keys.length === 0 ? ['1 AS `all`', 'count(*) AS `rows of all`'] : keys.map(({ cell }) => cell);
  const made = cells.map(
    ({ name, kind, column }) => `${kind}(${column === null ? '*' : quote(column.name)}) AS ${quote(name)}`,
  );
  const filter = where === null ? '' : ` WHERE (${where}\n)`;
  const grouped = keys.length === 0 ? '' : ` GROUP BY ${keys.map((key) => key.grouped).join(', ')}`;
  return `(SELECT ${[...own, ...made].join(', ')} FROM ${table}${filter}${grouped}) AS ${alias}`;
}

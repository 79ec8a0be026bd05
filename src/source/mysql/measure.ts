import { type Aggregate, flatAggregates, type TableMeasure } from '../measure.js';
import type { Column } from '../source-schema.js';
import { tableOf } from './filtered-root.js';
import { quote } from './literals.js';
import type { Statement } from './sql.js';

/** One scan of the table: the count of rows, then each aggregate as text. */
export function measureStatement(measure: TableMeasure): Statement {
  const aggregates = flatAggregates(measure);
  const names = new Set(aggregates.map(({ column }) => quote(column.name)));
  const cells = ['COUNT(*)', ...aggregates.map(({ column, aggregate }) => sqlOf(aggregate, column))];
  const where = measure.where === null ? '' : ` WHERE (${measure.where}\n)`;
  const lines = [
    `SELECT ${cells.join(',\n  ')}`,
    `FROM (SELECT ${[...names].join(', ')} FROM ${tableOf(measure.table)}${where}) AS r`,
  ];
  return { text: lines.join('\n'), readers: null };
}

function sqlOf(aggregate: Aggregate, { name, type }: Column): string {
  const cell = `r.${quote(name)}`;
  const text = `CAST(${cell} AS CHAR)`;
  const digits = `LENGTH(TRIM(BOTH '0' FROM REPLACE(CAST(ABS(${cell}) AS CHAR), '.', '')))`;
  const zero = `${text} LIKE '0000-00-00%'`;
  // The time behind the date has no hyphen.
  const partial = `(${text} LIKE '0000-%' OR ${text} LIKE '%-00%')`;
  const zone = type.kind === 'timestamp' && type.zone ? '+00' : '';
  const date = (pick: 'MIN' | 'MAX') =>
    `CONCAT(CAST(${pick}(CASE WHEN NOT ${partial} THEN ${cell} END) AS CHAR), '${zone}')`;
  const count = (condition: string) => `COUNT(CASE WHEN ${condition} THEN 1 END)`;
  switch (aggregate) {
    case 'nulls':
      return count(`${cell} IS NULL`);
    case 'longest':
      return type.kind === 'bytes' || type.kind === 'geometry'
        ? `MAX(LENGTH(${cell}))`
        : `MAX(LENGTH(CONVERT(${cell} USING utf8mb4)))`;
    case 'digits':
      return `MAX(${digits})`;
    case 'tooPrecise':
      return count(`${digits} > 38`);
    case 'outOfRange':
      return count(`ABS(${cell}) >= 1e126 OR (${cell} <> 0 AND ABS(${cell}) < 1e-130)`);
    case 'earliest':
      return date('MIN');
    case 'latest':
      return date('MAX');
    case 'zeroDates':
      return count(zero);
    case 'partialDates':
      return count(`${partial} AND NOT ${zero}`);
    case 'notBoolean':
      return count(`${cell} NOT IN (0, 1)`);
    case 'spellings':
      return `COUNT(DISTINCT CAST(${cell} AS BINARY)) - COUNT(DISTINCT ${cell})`;
    // No value of MySQL is one of these.
    case 'nan':
    case 'infinite':
    case 'beforeYear1':
    case 'afterYear9999':
      return '0';
  }
}

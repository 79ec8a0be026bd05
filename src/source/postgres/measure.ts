import { type Aggregate, flatAggregates, type TableMeasure } from '../measure.js';
import type { Column } from '../source-schema.js';
import { tableOf } from './filtered-root.js';
import { quote } from './quote.js';
import type { Statement } from './sql.js';

/** One scan of the table: the count of rows, then each aggregate as text. */
export function measureStatement(measure: TableMeasure): Statement {
  const aggregates = flatAggregates(measure);
  const names = new Set(aggregates.map(({ column }) => quote(column.name)));
  const cells = [
    'count(*)',
    ...aggregates.map(({ column, aggregate }) => `(${sqlOf(aggregate, column)})::text`),
  ];
  const where = measure.where === null ? '' : ` WHERE (${measure.where}\n)`;
  const lines = [
    `SELECT ${cells.join(',\n  ')}`,
    `FROM (SELECT ${[...names].join(', ')} FROM ${tableOf(measure.table)}${where}) AS r`,
  ];
  return { text: lines.join('\n'), values: [] };
}

/** Digits of a number's text without its zeros at both ends; NaN and Infinity are left out. */
const DIGITS = (value: string) => `length(trim(both '0' from replace(abs(${value})::text, '.', '')))`;

function sqlOf(aggregate: Aggregate, { name, type }: Column): string {
  const cell = `r.${quote(name)}`;
  const isDate = type.kind === 'date' || type.kind === 'timestamp';
  const value = type.kind === 'decimal' ? `${cell}::numeric` : isDate ? cell : `${cell}::float8`;
  const finite = isDate ? `isfinite(${cell})` : `${value} NOT IN ('NaN', 'Infinity', '-Infinity')`;
  const day = (date: string) =>
    type.kind === 'date'
      ? `DATE '${date}'`
      : `${type.kind === 'timestamp' && type.zone ? 'TIMESTAMPTZ' : 'TIMESTAMP'} '${date} 00:00:00+00'`;
  const early = `${cell} < ${day('0001-01-01')}`;
  const late = `${cell} >= ${day('10000-01-01')}`;
  const count = (condition: string) => `count(*) FILTER (WHERE ${condition})`;
  switch (aggregate) {
    case 'nulls':
      return count(`${cell} IS NULL`);
    case 'longest':
      return type.kind === 'bytes' ? `max(octet_length(${cell}))` : `max(${utf8Length(`${cell}::text`)})`;
    case 'digits':
      return `max(${DIGITS(value)}) FILTER (WHERE ${finite})`;
    case 'earliest':
      return `min(${cell}) FILTER (WHERE ${finite} AND NOT ${early} AND NOT ${late})`;
    case 'latest':
      return `max(${cell}) FILTER (WHERE ${finite} AND NOT ${early} AND NOT ${late})`;
    case 'nan':
      return count(`${value} = 'NaN'`);
    case 'infinite':
      return count(isDate ? `NOT ${finite}` : `${value} IN ('Infinity', '-Infinity')`);
    case 'tooPrecise':
      return count(`${finite} AND ${DIGITS(value)} > 38`);
    case 'outOfRange':
      return count(`${finite} AND (abs(${value}) >= 1e126 OR (${value} <> 0 AND abs(${value}) < 1e-130))`);
    case 'beforeYear1':
      return count(`${finite} AND ${early}`);
    case 'afterYear9999':
      return count(`${finite} AND ${late}`);
    case 'spellings':
      return `count(DISTINCT ${cell}::text COLLATE "C") - count(DISTINCT ${cell})`;
    // No value of Postgres is one of these.
    case 'zeroDates':
    case 'partialDates':
    case 'notBoolean':
      return '0';
  }
}

/** Without looking into long values where the database is UTF-8 already: their length is known. */
function utf8Length(text: string): string {
  return `CASE WHEN pg_catalog.getdatabaseencoding() = 'UTF8' THEN octet_length(${text})
    ELSE octet_length(pg_catalog.convert_to(${text}, 'UTF8')) END`;
}

import type { Aggregate } from '../../source/row-query.js';
import type { Column } from '../../source/source-schema.js';
import { nearest } from '../../support/nearest.js';
import type { DocumentPath } from '../problem.js';
import { type ProblemList, suggestion } from '../problem-list.js';
import type { AttributeSource } from '../resolved-mapping.js';
import type { Embed } from './embed-shape.js';
import type { QueryColumns } from './query-columns.js';
import { type Lookup, requireColumn } from './source-names.js';

type Embeds = ReadonlyMap<string, Embed | null>;

/** Numbers and moments: what every source compares alike, whatever its collations. */
const COMPARED: ReadonlySet<string> = new Set([
  'integer',
  'decimal',
  'float',
  'date',
  'time',
  'timestamp',
  'year',
]);
/** Sums of floats depend on the order of adding. */
const ADDED: ReadonlySet<string> = new Set(['integer', 'decimal']);

/** `{ count: lines }`: of the children that are held anyway, or by the source where only some of them are. */
export function countSource(
  name: string,
  embeds: Embeds,
  columns: QueryColumns,
  at: DocumentPath,
  problems: ProblemList,
): AttributeSource | null {
  const embed = requireEmbed(name, embeds, at, problems);
  const query = embed?.query;
  if (!embeds.has(name)) return null;
  if (query === undefined || query.limit === null) {
    return { kind: 'count', embed: [...embeds.keys()].indexOf(name) };
  }
  return {
    kind: 'aggregate',
    cell: columns.takeAggregate({ kind: 'count', of: relationOf(query) }),
    type: null,
  };
}

/** `{ sum: lines.quantity }`, also `min` and `max`; null after reporting why not. */
export function aggregateSource(
  kind: 'sum' | 'min' | 'max',
  text: string,
  embeds: Embeds,
  columns: QueryColumns,
  at: DocumentPath,
  lookup: Lookup,
): AttributeSource | null {
  const { problems } = lookup;
  const [name = '', column, ...deeper] = text.split('.');
  if (column === undefined || deeper.length > 0) {
    const fix = `Write ${kind}: <embed>.<column>; what is inside an embed, it counts and adds under its own attributes.`;
    problems.error(at, 'AGGREGATE_COLUMN', `${text} is not a column of an embed`, fix);
    return null;
  }
  const embed = requireEmbed(name, embeds, at, problems);
  if (embed === null) return null;
  const found = requireColumn(embed.table, column, at, lookup);
  if (found === null) return null;
  const problem = aggregateProblem(kind, text, found);
  if (problem !== null) {
    problems.error(at, 'AGGREGATE_TYPE', problem.message, problem.fix);
    return null;
  }
  const aggregate: Aggregate = { kind, of: relationOf(embed.query), column: found };
  return {
    kind: 'aggregate',
    cell: columns.takeAggregate(aggregate),
    type: kind === 'sum' ? null : found.type,
  };
}

/** Why a column cannot be added or compared; null when it can. */
export function aggregateProblem(
  kind: 'sum' | 'min' | 'max',
  text: string,
  { type, nativeType }: Column,
): { readonly message: string; readonly fix: string } | null {
  if ((kind === 'sum' ? ADDED : COMPARED).has(type.kind)) return null;
  const what = kind === 'sum' ? 'added exactly' : 'compared alike everywhere';
  const fix =
    kind === 'sum'
      ? 'Sums are of integers and decimals.'
      : `To hold the first child instead, embed it with orderBy, limit: 1 and as: one.`;
  return { message: `${text} (${nativeType}) cannot be ${what}`, fix };
}

function requireEmbed(name: string, embeds: Embeds, at: DocumentPath, problems: ProblemList): Embed | null {
  const embed = embeds.get(name);
  if (embed !== undefined) return embed;
  const names = [...embeds.keys()];
  problems.error(
    at,
    'UNKNOWN_EMBED',
    `there is no embed ${name}`,
    suggestion(nearest(name, names), 'embeds', names),
  );
  return null;
}

function relationOf({ table, where, on, through }: Aggregate['of']): Aggregate['of'] {
  return { table, where, on, through };
}

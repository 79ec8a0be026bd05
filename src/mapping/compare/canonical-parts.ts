import type { ChildRelation, EmbedQuery, Groups, JoinQuery, RowQuery } from '../../source/row-query.js';
import type {
  AttributeSource,
  ChildValue,
  ResolvedAttribute,
  ResolvedCondition,
  ResolvedShape,
} from '../resolved-mapping.js';
import type { ResolvedColumn, ResolvedTemplate } from '../template.js';

/**
 * Pieces of a resolved mapping as plain data that is equal exactly where they make the same of a row. Names of
 * joins, positions of cells and the spelling of templates play no part; the way to a column does.
 */
export interface Level extends RowQuery {
  readonly embeds: readonly EmbedQuery[];
  readonly groups?: Groups;
}

export type Canonical = object | string | null;

export function canonicalColumn(
  { path, column, keyType }: ResolvedColumn,
  { joins, groups }: Level,
): Canonical {
  // The name of a group's cell is only its place among the others.
  const cell = path === '' ? groups?.cells.find(({ name }) => name === column.name) : undefined;
  if (cell !== undefined) return { group: cell.kind, column: cell.column?.name ?? null };
  return { way: way(path, joins), column: column.name, keyType };
}

function way(path: string, joins: readonly JoinQuery[]): readonly Canonical[] {
  const join = joins.find((candidate) => candidate.path === path);
  return join === undefined ? [] : [...way(join.parent, joins), { table: join.table, on: join.on }];
}

export function canonicalTemplate({ parts }: ResolvedTemplate, level: Level): Canonical {
  return parts.map((part) =>
    part.kind === 'literal'
      ? part.text
      : { column: canonicalColumn(part.column, level), transforms: part.transforms },
  );
}

export function canonicalCondition(condition: ResolvedCondition, level: Level): Canonical {
  switch (condition.kind) {
    case 'in':
    case 'range':
    case 'isNull':
      return { ...condition, column: canonicalColumn(condition.column, level) };
    case 'all':
    case 'any':
      return { ...condition, conditions: condition.conditions.map((one) => canonicalCondition(one, level)) };
    case 'not':
      return { ...condition, condition: canonicalCondition(condition.condition, level) };
  }
}

/** `own` tells functions apart, of which nobody can say whether they compute the same. */
export function canonicalAttribute(
  { value, nulls, zeroDate = 'reject' }: ResolvedAttribute,
  level: Level,
  own: string,
): Canonical {
  return { value: canonicalValue(value, level, own), nulls, zeroDate };
}

function canonicalValue(value: AttributeSource, level: Level, own: string): Canonical {
  switch (value.kind) {
    case 'column':
      return { as: value.as, column: canonicalColumn(value.column, level) };
    case 'template':
      return { template: canonicalTemplate(value.template, level) };
    case 'constant':
      return { constant: value.value };
    case 'derive':
      return { derive: own };
    case 'count':
      return counted(embedAt(value.embed, level));
    case 'embed': {
      const embed = embedAt(value.embed, level);
      const { orderBy, tieBreak, limit } = embed;
      return {
        embed: canonicalRelation(embed),
        orderBy,
        tieBreak,
        limit,
        ...shapeOf(value.shape, embed, own),
      };
    }
    case 'aggregate': {
      const aggregate = level.aggregates[value.cell];
      if (aggregate === undefined) throw new TypeError(`the query has no aggregate ${value.cell}`);
      if (aggregate.kind === 'count') return counted(aggregate.of);
      const { kind, of, column } = aggregate;
      return { aggregate: kind, of: canonicalRelation(of), column: column.name, type: value.type };
    }
  }
}

/** The same number, whether the children are counted here or by the source. */
function counted(children: ChildRelation): Canonical {
  return { count: canonicalRelation(children) };
}

function embedAt(position: number, { embeds }: Level): EmbedQuery {
  const embed = embeds[position];
  if (embed === undefined) throw new TypeError(`the query has no embed ${position}`);
  return embed;
}

function canonicalRelation({ table, where, on, through }: ChildRelation): Canonical {
  return { table, where, on, through };
}

function shapeOf(shape: ResolvedShape, embed: EmbedQuery, own: string): object {
  switch (shape.kind) {
    case 'list':
    case 'one':
      return { shape: shape.kind, value: childValue(shape.value, embed, own) };
    case 'map':
      return {
        shape: 'map',
        by: canonicalColumn(shape.by, embed),
        value: childValue(shape.value, embed, own),
      };
    case 'set':
      return { shape: 'set', type: shape.type, column: canonicalColumn(shape.column, embed) };
  }
}

function childValue(value: ChildValue, embed: EmbedQuery, own: string): Canonical {
  if (value.kind === 'column') return { column: canonicalColumn(value.column, embed), nulls: value.nulls };
  return value.attributes.map((attribute) => ({
    name: attribute.name,
    value: canonicalAttribute(attribute, embed, own),
  }));
}

import type { ChildRelation, EmbedQuery, EntityQuery, RowQuery, WayStep } from './row-query.js';
import type { TableName } from './source-schema.js';

/** How a root row comes to hold something of a row of this table. */
export interface Way {
  readonly table: TableName;
  /** From the root to the table; none: it is the root. */
  readonly steps: readonly WayStep[];
}

/**
 * Every way from an entity's root to the rows that its items hold something of: the row itself, joined parents,
 * embedded and counted children with what is joined to and embedded in them, and link tables. Each way once.
 */
export function waysOf(query: EntityQuery): readonly Way[] {
  const ways = [{ table: query.table, steps: [] }, ...below(query, query.embeds, [])];
  return [...new Map(ways.map((way) => [JSON.stringify(way.steps), way])).values()];
}

function below(
  { joins, aggregates }: RowQuery,
  embeds: readonly EmbedQuery[],
  from: readonly WayStep[],
): readonly Way[] {
  const to = new Map<string, readonly WayStep[]>([['', from]]);
  const parents = joins.map(({ path, parent, table, on }): Way => {
    const steps = [...(to.get(parent) ?? from), { table, on }];
    to.set(path, steps);
    return { table, steps };
  });
  const children = embeds.flatMap((embed) => {
    const ways = relationWays(embed, from);
    return [...ways, ...below(embed, embed.embeds, ways.at(-1)?.steps ?? from)];
  });
  return [...parents, ...aggregates.flatMap(({ of }) => relationWays(of, from)), ...children];
}

/** The last is that to the children. */
function relationWays({ table, on, through }: ChildRelation, from: readonly WayStep[]): readonly Way[] {
  if (through === null) return [{ table, steps: [...from, { table, on }] }];
  const linked = [...from, { table: through.table, on }];
  return [
    { table: through.table, steps: linked },
    { table, steps: [...linked, { table, on: through.pairs }] },
  ];
}

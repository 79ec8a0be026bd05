import type { EmbedQuery } from '../../source/row-query.js';
import type { ResolvedCopy, ResolvedEntity } from '../resolved-mapping.js';
import { type Estimates, tableOf } from './statistics-of.js';

/** What a child's column costs besides its value: type, its share of the map around it. */
const CHILD_BYTES = 8;

/**
 * Bytes of an average item of a copy: names, the average widths of its columns, its share of the children. Values
 * of which the source knows no width count as nothing, and those that it keeps elsewhere (TOAST) as the few bytes of
 * their address: the truth is this or more.
 */
export function itemBytes(entity: ResolvedEntity, copy: ResolvedCopy, estimates: Estimates): number {
  return copy.attributes.reduce((sum, at) => {
    const attribute = entity.attributes[at];
    if (attribute === undefined) return sum;
    const { name, value } = attribute;
    if (value.kind === 'column') return sum + name.length + widthOf(value.column);
    if (value.kind === 'template') {
      const widths = value.template.parts.map((part) =>
        part.kind === 'literal' ? part.text.length : widthOf(part.column),
      );
      return widths.reduce((total, width) => total + width, sum + name.length);
    }
    if (value.kind !== 'embed') return sum + name.length;
    const embed = entity.query.embeds[value.embed];
    return embed === undefined ? sum : sum + name.length + childrenBytes(entity, embed, estimates);
  }, 0);

  function widthOf(column: Parameters<typeof tableOf>[1] & { readonly column: { readonly name: string } }) {
    return estimates.column(tableOf(entity, column), column.column.name)?.averageBytes ?? 0;
  }
}

/** Bytes of one child, its own children left out. */
export function childBytes(embed: EmbedQuery, estimates: Estimates): number {
  return embed.columns.reduce(
    (sum, { path, column }) =>
      sum +
      CHILD_BYTES +
      column.name.length +
      (path === '' ? (estimates.column(embed.table, column.name)?.averageBytes ?? 0) : 0),
    0,
  );
}

function childrenBytes({ query }: ResolvedEntity, embed: EmbedQuery, estimates: Estimates): number {
  const parents = estimates.rows(query.table);
  const children = estimates.rows(embed.through?.table ?? embed.table);
  if (parents === null || parents < 1 || children === null) return 0;
  return Math.min(children / parents, embed.limit ?? Number.POSITIVE_INFINITY) * childBytes(embed, estimates);
}

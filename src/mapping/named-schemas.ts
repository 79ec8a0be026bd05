import type { EmbedMapping, JoinMapping, Mapping } from './mapping.js';

/**
 * The schemas that the mapping's table names may begin with: `sales` of `sales.orders`. Names may hold dots
 * themselves, so that `a.b.c` may be of `a` or of `a.b`: a source looks into those that there are.
 */
export function namedSchemas({ entities }: Mapping): readonly string[] {
  const labels = Object.values(entities).flatMap(({ from, join, embed }) => [
    from,
    ...below({ join, embed }),
  ]);
  return [...new Set(labels.flatMap(prefixes))].sort();
}

interface Relations {
  readonly join?: { readonly [name: string]: JoinMapping } | undefined;
  readonly embed?: { readonly [name: string]: EmbedMapping } | undefined;
}

function below({ join = {}, embed = {} }: Relations): readonly string[] {
  return [
    ...Object.values(join).flatMap(({ to }) => to ?? []),
    ...Object.values(embed).flatMap((child) => [child.from, child.through ?? [], ...below(child)].flat()),
  ];
}

function prefixes(label: string): readonly string[] {
  const parts = label.split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
}

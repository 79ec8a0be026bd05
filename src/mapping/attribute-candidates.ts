import type { Column, TableSchema } from '../source/source-schema.js';
import { attributeCodec } from './attribute-codec.js';
import { attributeName, joinedName, type NamingRule } from './attribute-names.js';
import type { DocumentPath, Spot } from './problem.js';
import type { QueryColumns } from './query-columns.js';
import type { Joins } from './resolve-join.js';
import type { AttributeSource, ResolvedAttribute } from './resolved-mapping.js';
import { type Lookup, requireColumn } from './source-names.js';

/** What the document says about attributes in general. */
export interface AttributeRules {
  readonly attributeNames: NamingRule;
  readonly nulls: 'omit' | 'null';
}

/** An attribute before it is known whether its name is free. */
export interface Candidate {
  readonly name: string;
  /** For messages: `column placed_at`, `the embed lines`. */
  readonly from: string;
  readonly nulls: 'omit' | 'null';
  readonly at: DocumentPath;
  readonly spot: Spot;
  /** Comes from `*`: gives way to an attribute of its name that reads the same column. */
  readonly general: Column | null;
  /** Takes the cells it needs. */
  readonly value: () => AttributeSource;
}

/** Columns of a query's own table, each under the name that the rule makes of its own. */
export function columnCandidates(
  names: readonly string[],
  table: TableSchema,
  at: DocumentPath,
  columns: QueryColumns,
  lookup: Lookup & AttributeRules,
  general = false,
): readonly Candidate[] {
  const listed = at.at(-1) === 'attributes';
  return names.flatMap((name, index) => {
    const here = listed ? [...at, index] : at;
    const column = requireColumn(table, name, here, lookup);
    return column === null
      ? []
      : [
          {
            name: attributeName(name, lookup.attributeNames),
            from: `column ${name}`,
            nulls: lookup.nulls,
            at: here,
            spot: listed ? 'value' : 'key',
            general: general ? column : null,
            value: () => ({ kind: 'column', column: columns.take('', column), as: null }),
          },
        ];
  });
}

/** The columns that joins bring in as attributes. */
export function joinCandidates(
  joins: Joins,
  columns: QueryColumns,
  lookup: Lookup & AttributeRules,
): readonly Candidate[] {
  return [...joins.values()].flatMap((join) =>
    (join?.attributes ?? []).flatMap((name, index) => {
      if (join === null) return [];
      const at = [...join.at, 'attributes', index];
      const column = requireColumn(join.table, name, at, lookup);
      return column === null
        ? []
        : [
            {
              name: joinedName(join.name, name, lookup.attributeNames),
              from: `column ${name} of the join ${join.name}`,
              nulls: lookup.nulls,
              at,
              spot: 'value',
              general: null,
              value: () => ({ kind: 'column', column: columns.take(join.name, column), as: null }),
            },
          ];
    }),
  );
}

/**
 * Gives every name to one candidate, reports the others, and sorts by name, which is the order on the item.
 * `reserved` are names that keys and tablefold itself need, with what they are; `level` is the number of
 * lists and maps around.
 */
export function settleCandidates(
  candidates: readonly Candidate[],
  reserved: ReadonlyMap<string, string>,
  level: number,
  { problems }: Lookup,
): readonly ResolvedAttribute[] {
  const settled = new Map<string, Candidate & { readonly source: AttributeSource }>();
  const [special, general] = [true, false].map((own) =>
    candidates.filter((candidate) => (candidate.general === null) === own),
  );
  for (const candidate of [...(special ?? []), ...(general ?? [])]) {
    const { name, at, from, spot } = candidate;
    const holder = settled.get(name);
    const taken = reserved.get(name) ?? (holder === undefined ? undefined : holder.from);
    if (holder !== undefined && candidate.general !== null && reads(holder.source, candidate.general))
      continue;
    if (taken !== undefined) {
      const message = `${from} would be the attribute ${name}, which is ${taken}`;
      const fix = reserved.has(name)
        ? 'Give it another name under attributes, or give the table other key names.'
        : 'Give one of them another name under attributes.';
      problems.error(at, 'ATTRIBUTE_CLASH', message, fix, spot);
      continue;
    }
    const source = candidate.value();
    const problem = codecProblem(source, level);
    if (problem !== null) problems.error(at, 'COLUMN_TYPE', problem.message, problem.fix, spot);
    settled.set(name, { ...candidate, source });
  }
  return [...settled.values()]
    .map(({ name, nulls, source }) => ({ name, value: source, nulls }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function reads(source: AttributeSource, column: Column): boolean {
  if (source.kind === 'column') return source.column.path === '' && source.column.column === column;
  if (source.kind !== 'template') return false;
  return source.template.parts.some(
    (part) => part.kind === 'column' && part.column.path === '' && part.column.column === column,
  );
}

function codecProblem(
  source: AttributeSource,
  level: number,
): { readonly message: string; readonly fix: string | null } | null {
  if (source.kind !== 'column') return null;
  const { column } = source.column;
  const codec = attributeCodec(column.type, source.as, level);
  if (codec.ok) return null;
  const choices = codec.alternatives.map((as) => `{ column: ${column.name}, as: ${as} }`);
  return {
    message: `${column.name} (${column.nativeType}): ${codec.message}`,
    fix: choices.length === 0 ? 'Leave the column out.' : `Write ${choices.join(' or ')}.`,
  };
}

import type { Column, TableSchema } from '../../source/source-schema.js';
import type { JoinMapping, ZeroDate } from '../mapping.js';
import type { DocumentPath, Spot } from '../problem.js';
import type { AttributeSource, ResolvedAttribute } from '../resolved-mapping.js';
import { attributeCodec } from '../value/attribute-codec.js';
import { attributeName, joinedName, type NamingRule } from './attribute-names.js';
import type { QueryColumns } from './query-columns.js';
import type { Joins } from './resolve-join.js';
import { type Lookup, requireColumn } from './source-names.js';

/** What the document says about attributes in general. */
export interface AttributeRules {
  readonly attributeNames: NamingRule;
  readonly nulls: 'omit' | 'null';
  readonly zeroDate: ZeroDate;
  /** Names of attributes that could not be made, which was reported: uses of them are not. Grows. */
  readonly doubtful: Set<string>;
}

/** An attribute before it is known whether its name is free. */
export interface Candidate {
  readonly name: string;
  /** For messages: `column placed_at`, `the embed lines`. */
  readonly from: string;
  readonly nulls: 'omit' | 'null';
  /** Of its own; absent: what the document says. */
  readonly zeroDate?: ZeroDate;
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
    const attribute = attributeName(name, lookup.attributeNames);
    if (column === null) lookup.doubtful.add(attribute);
    return column === null
      ? []
      : [
          {
            name: attribute,
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
  mappings: { readonly [name: string]: JoinMapping } | undefined,
  joins: Joins,
  columns: QueryColumns,
  lookup: Lookup & AttributeRules,
): readonly Candidate[] {
  return Object.entries(mappings ?? {}).flatMap(([name, { attributes = [] }]) =>
    attributes.flatMap((remote, index): readonly Candidate[] => {
      const join = joins.get(name) ?? null;
      const at = join === null ? [] : [...join.at, 'attributes', index];
      const column = join === null ? null : requireColumn(join.table, remote, at, lookup);
      const attribute = joinedName(name, remote, lookup.attributeNames);
      if (column === null) {
        lookup.doubtful.add(attribute);
        return [];
      }
      const value = () => ({ kind: 'column', column: columns.take(name, column), as: null }) as const;
      const from = `column ${remote} of the join ${name}`;
      return [{ name: attribute, from, nulls: lookup.nulls, at, spot: 'value', general: null, value }];
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
  { problems, zeroDate: general }: Lookup & AttributeRules,
): readonly ResolvedAttribute[] {
  const settled = new Map<string, Candidate & { readonly source: AttributeSource }>();
  const [special, others] = [true, false].map((own) =>
    candidates.filter((candidate) => (candidate.general === null) === own),
  );
  for (const candidate of [...(special ?? []), ...(others ?? [])]) {
    const { name, at, from, spot } = candidate;
    const holder = settled.get(name);
    if (holder !== undefined && candidate.general !== null && reads(holder.source, candidate.general))
      continue;
    const use = reserved.get(name);
    if (use !== undefined || holder !== undefined) {
      const message =
        use === undefined
          ? `${holder?.from} and ${from} would both be the attribute ${name}`
          : `${from} would be the attribute ${name}, which is ${use}`;
      const fix =
        use === undefined
          ? 'Give one of them another name under attributes.'
          : 'Give it another name under attributes, or give the table other key names.';
      problems.error(at, 'ATTRIBUTE_CLASH', message, fix, spot);
      continue;
    }
    const source = candidate.value();
    const problem = codecProblem(name, source, level);
    if (problem !== null) problems.error(at, 'COLUMN_TYPE', problem.message, problem.fix, spot);
    settled.set(name, { ...candidate, source });
  }
  return [...settled.values()]
    .map(({ name, nulls, source, zeroDate }) => ({
      name,
      value: source,
      nulls,
      zeroDate: zeroDate ?? (isVerbatim(source) ? 'reject' : general),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `as: string` keeps a zero date as it is: nothing is to be left off. */
function isVerbatim(source: AttributeSource): boolean {
  return source.kind === 'column' && source.as === 'string';
}

function reads(source: AttributeSource, column: Column): boolean {
  if (source.kind === 'column') return source.column.path === '' && source.column.column === column;
  if (source.kind !== 'template') return false;
  return source.template.parts.some(
    (part) => part.kind === 'column' && part.column.path === '' && part.column.column === column,
  );
}

function codecProblem(
  name: string,
  source: AttributeSource,
  level: number,
): { readonly message: string; readonly fix: string | null } | null {
  if (source.kind !== 'column') return null;
  const { column } = source.column;
  const codec = attributeCodec(column.type, source.as, level);
  if (codec.ok) return null;
  const [first, ...others] = codec.alternatives;
  return {
    message: `${column.name} (${column.nativeType}): ${codec.message}`,
    fix:
      first === undefined
        ? 'Leave it out: name only other columns under attributes.'
        : `Under attributes, write ${name}: { column: ${column.name}, as: ${[first, ...others].join(' | ')} }.`,
  };
}

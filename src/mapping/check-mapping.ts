import { createHash } from 'node:crypto';
import type { SourceSchema } from '../source/source-schema.js';
import { canonicalJson } from './document/document-digest.js';
import { MappingInvalid } from './errors.js';
import { proveUnique, type UniquenessFinding } from './key/prove-unique.js';
import type { LoadedMapping } from './load-mapping.js';
import { byPlace, type DocumentProblem, type Problem, placeProblems } from './problem.js';
import { resolveMapping } from './resolve-mapping.js';
import type { ResolvedEntity, ResolvedMapping } from './resolved-mapping.js';
import { spellingProblems } from './spellings.js';
import { sqlProblems } from './sql/check-sql.js';

/** Every error and warning of a mapping against a source, by place in the file. */
export function checkMapping(loaded: LoadedMapping, schema: SourceSchema): readonly Problem[] {
  return check(loaded, schema).problems;
}

export interface CheckedMapping {
  readonly resolved: ResolvedMapping;
  /** Every warning, by place in the file. */
  readonly problems: readonly Problem[];
}

/**
 * The mapping with every name found, and what is to be said of it, by one reading. Throws `MAPPING_INVALID` with all
 * errors and warnings when there is an error.
 */
export function resolveAndCheck(loaded: LoadedMapping, schema: SourceSchema): CheckedMapping {
  const { resolved, problems } = check(loaded, schema);
  if (resolved !== null) return { resolved, problems };
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const count = errors === 1 ? 'an error' : `${errors} errors`;
  throw new MappingInvalid(`${loaded.file} does not fit the source: ${count}`, problems, {
    hint: `Mend the mapping, then: tablefold check --mapping ${loaded.file}`,
  });
}

/** The mapping with every name found. Throws as `resolveAndCheck` does. */
export function resolveOrThrow(loaded: LoadedMapping, schema: SourceSchema): ResolvedMapping {
  return resolveAndCheck(loaded, schema).resolved;
}

/**
 * sha256 (hex) of what the mapping uses of the source: the tables and columns that are read, their types
 * and those of the keys they reference. An ALTER TABLE elsewhere and new statistics leave it as it is.
 */
export function schemaDigest(resolved: ResolvedMapping, schema: SourceSchema): string {
  const used = {
    dialect: schema.dialect,
    entities: resolved.entities.map(({ query, copies }) => ({
      query,
      keyTypes: copies.flatMap(({ pk, sk, indexes }) =>
        [pk, sk, ...indexes.flatMap((index) => [index.pk, index.sk ?? []].flat())].flatMap(({ parts }) =>
          parts.flatMap((part) => (part.kind === 'column' ? [part.column.keyType] : [])),
        ),
      ),
    })),
  };
  return createHash('sha256').update(canonicalJson(used)).digest('hex');
}

function check(
  loaded: LoadedMapping,
  schema: SourceSchema,
): { readonly resolved: ResolvedMapping | null; readonly problems: readonly Problem[] } {
  const { resolved, problems } = resolveMapping(loaded.mapping, schema);
  const ofKeys =
    resolved === null
      ? []
      : [
          ...uniquenessProblems(resolved, schema),
          ...spellingProblems(resolved, schema),
          ...sqlProblems(loaded.mapping, resolved, schema),
        ];
  const placed = placeProblems([...problems, ...ofKeys], loaded.place);
  return { resolved, problems: [...placed].sort(byPlace) };
}

/** The copies whose keys no proof covers: two rows may make one of them, which only the rows can tell. */
export function unprovedCopies(
  { entities }: ResolvedMapping,
  schema: SourceSchema,
): readonly UniquenessFinding[] {
  const uniqueKeysOf = ({ query }: ResolvedEntity) => {
    const { table } = query;
    const found = schema.tables.find(
      ({ schema: name, name: own }) => name === table.schema && own === table.name,
    );
    return [found?.primaryKey ?? [], ...(found?.uniqueKeys ?? []).map((key) => key.columns)];
  };
  return proveUnique(entities, uniqueKeysOf);
}

function uniquenessProblems(resolved: ResolvedMapping, schema: SourceSchema): readonly DocumentProblem[] {
  const findings = unprovedCopies(resolved, schema);
  const decided = ({ entity, copy, other }: UniquenessFinding) =>
    other === null &&
    resolved.entities.some(
      ({ name, copies }) =>
        name === entity && copies.some((of) => of.name === copy && of.collisions !== 'reject'),
    );
  const undecided = findings.filter((finding) => !decided(finding));
  const problems = undecided.map(
    ({ entity, copy, other, message, fix }): DocumentProblem => ({
      severity: 'warning',
      code: other === null ? 'KEY_NOT_UNIQUE' : 'KEY_COLLISION',
      message,
      fix: `${fix} Otherwise the keys of all rows are compared before the first write${other === null ? ', and collisions: { lastBy: … } says which row wins' : ''}.`,
      path: ['entities', entity, 'items', copy, 'key'],
      spot: 'key',
    }),
  );
  const idle = resolved.entities.flatMap((entity) =>
    entity.copies
      .filter(
        ({ name, collisions }) =>
          collisions !== 'reject' &&
          !findings.some((of) => of.entity === entity.name && of.copy === name && of.other === null),
      )
      .map(
        ({ name }): DocumentProblem => ({
          severity: 'warning',
          code: 'COLLISIONS_IDLE',
          message: `no two rows of ${entity.tableLabel} make the same key of ${name}: lastBy has nothing to decide`,
          fix: 'Leave collisions out.',
          path: ['entities', entity.name, 'items', name, 'collisions'],
          spot: 'key',
        }),
      ),
  );
  return [...problems, ...idle];
}

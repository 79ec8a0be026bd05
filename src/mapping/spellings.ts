import type { Column, SourceSchema, TableName } from '../source/source-schema.js';
import type { DocumentPath, DocumentProblem } from './problem.js';
import { sameTable } from './resolve/foreign-keys.js';
import type { ResolvedCopy, ResolvedEntity, ResolvedMapping } from './resolved-mapping.js';
import type { ResolvedPart, ResolvedTemplate } from './template.js';

type ColumnPart = Extract<ResolvedPart, { kind: 'column' }>;

/** Several texts that the source takes for one value are several keys here: DynamoDB compares bytes. */
export function keepsSpelling({ column, transforms }: ColumnPart): boolean {
  return column.column.foldedBy !== undefined && !transforms.some(({ name }) => FOLDS.has(name));
}

const FOLDS: ReadonlySet<string> = new Set(['lower', 'upper']);

/** The table has each value of the column once, so in one spelling. */
export function isUniqueAlone({ name }: Column, table: TableName, { tables }: SourceSchema): boolean {
  const found = tables.find((candidate) => sameTable(candidate, table));
  const keys = [found?.primaryKey ?? [], ...(found?.uniqueKeys ?? []).map(({ columns }) => columns)];
  return keys.some((columns) => columns.length === 1 && columns[0] === name);
}

/**
 * Foreign keys in keys whose spelling may differ from that of the row they refer to: parent and child would be in
 * two partitions. Each column of an entity is told once.
 */
export function spellingProblems(mapping: ResolvedMapping, schema: SourceSchema): readonly DocumentProblem[] {
  return mapping.entities.flatMap((entity) => {
    const said = new Set<string>();
    return entity.copies.flatMap((copy) =>
      keysOf(entity, copy).flatMap(({ template, path }) =>
        template.parts.flatMap((part): readonly DocumentProblem[] => {
          const problem = part.kind === 'column' ? ofPart(part, entity, path, schema) : null;
          if (problem === null || said.has(problem.message)) return [];
          said.add(problem.message);
          return [problem];
        }),
      ),
    );
  });
}

function keysOf(entity: ResolvedEntity, { name, pk, sk, indexes }: ResolvedCopy) {
  const at = ['entities', entity.name, 'items', name];
  const keys: readonly { readonly template: ResolvedTemplate | null; readonly path: DocumentPath }[] = [
    { template: pk, path: [...at, 'key', 'pk'] },
    { template: sk, path: [...at, 'key', 'sk'] },
    ...indexes.flatMap((index) => [
      { template: index.pk, path: [...at, 'indexes', index.index.name, 'pk'] },
      { template: index.sk, path: [...at, 'indexes', index.index.name, 'sk'] },
    ]),
  ];
  return keys.flatMap(({ template, path }) => (template === null ? [] : [{ template, path }]));
}

function ofPart(
  part: ColumnPart,
  { query }: ResolvedEntity,
  path: DocumentPath,
  schema: SourceSchema,
): DocumentProblem | null {
  if (!keepsSpelling(part)) return null;
  const { column, path: join } = part.column;
  const name = join === '' ? query.table : query.joins.find((candidate) => candidate.path === join)?.table;
  const table = schema.tables.find((candidate) => name !== undefined && sameTable(candidate, name));
  const key = table?.foreignKeys.find(({ columns }) => columns.includes(column.name));
  const parent = key?.references.columns[key.columns.indexOf(column.name)];
  if (table === undefined || key === undefined || parent === undefined) return null;
  const child = `${table.name}.${column.name}`;
  return {
    severity: 'warning',
    code: 'KEY_SPELLING',
    message: `${child} may spell a value otherwise than ${key.references.name}.${parent}: they are equal by ${column.foldedBy ?? ''}, but not as keys`,
    fix: `Join by it and take {<join>.${parent}}, which is the parent's spelling; or write {${column.name} | lower} here and | lower in the parent's key.`,
    path,
    spot: 'value',
  };
}

import type { DocumentPath, DocumentProblem } from '../problem.js';
import type { ProblemCode } from '../problem-codes.js';
import type { ResolvedEntity } from '../resolved-mapping.js';
import type { ResolvedPart, ResolvedTemplate } from '../template.js';
import { count, type Estimates, tableOf } from './statistics-of.js';

/** From which on partitions are few or hot; fewer rows do no harm wherever they lie. */
export const CROWDED = { rows: 10_000, values: 20, share: 0.1 } as const;

/** Transforms that leave about as many values as there were. */
const KEEPS_VALUES: ReadonlySet<string> = new Set([
  ...['lower', 'upper', 'trim', 'hash', 'pad', 'desc', 'raw', 'unescaped', 'prefix'],
]);

/**
 * Partition keys, of the table and of indexes, that put many rows into few partitions: one partition takes 1,000
 * write units a second whatever the table's capacity is
 * (docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html).
 */
export function weighPartitions(entity: ResolvedEntity, estimates: Estimates): readonly DocumentProblem[] {
  return entity.copies.flatMap((copy) => {
    if (copy.when !== null) return []; // how many rows it lets through, nobody knows
    const at = ['entities', entity.name, 'items', copy.name];
    return [
      ...weighTemplate(entity, copy.pk, [...at, 'key', 'pk'], estimates),
      ...copy.indexes
        .filter(({ pk }) => pk !== copy.pk && pk !== copy.sk)
        .flatMap(({ index, pk }) =>
          weighTemplate(entity, pk, [...at, 'indexes', index.name, 'pk'], estimates),
        ),
    ];
  });
}

/**
 * Warnings of one partition key. `asAttribute`: it is made of attributes that items have, and a shard would be one more.
 */
export function weighTemplate(
  entity: ResolvedEntity,
  template: ResolvedTemplate,
  path: DocumentPath,
  estimates: Estimates,
  asAttribute = false,
): readonly DocumentProblem[] {
  const rows = estimates.rows(entity.query.table);
  if (rows === null || rows < CROWDED.rows) return [];
  const values = template.parts.reduce<number | null>((product, part) => {
    const own = valuesOf(part, entity, estimates);
    return product === null || own === null ? null : product * own;
  }, 1);
  const warning = (code: ProblemCode, message: string, fix: string): DocumentProblem => ({
    severity: 'warning',
    code,
    message,
    fix,
    path,
    spot: 'value',
  });
  if (values !== null && values <= CROWDED.values) {
    const what = values === 1 ? 'one partition' : `about ${count(values)} partitions`;
    const message = `about ${count(rows)} rows of ${entity.tableLabel} go to ${what}`;
    const shards = Math.min(100, Math.max(2, Math.ceil(rows / 100_000)));
    const identity = entity.query.identity[0]?.name ?? 'id';
    const shard = `{${identity} | shard(${shards})}`;
    const fix = asAttribute
      ? `Name one more attribute, such as shard: '${shard}'.`
      : `Spread them: #${shard}.`;
    return [warning('PARTITION_FEW_VALUES', message, fix)];
  }
  const [share, name] = commonest(template, entity, estimates);
  if (share < CROWDED.share || share * rows < CROWDED.rows) return [];
  const message = `one value of ${name} is that of about ${Math.round(share * 100)} % of ${count(rows)} rows: one hot partition`;
  const fix = asAttribute
    ? 'Name one more attribute, which tells its rows apart.'
    : 'Add a column that tells its rows apart, or shard(n).';
  return [warning('PARTITION_HOT', message, fix)];
}

/** Null where nobody knows. */
function valuesOf(part: ResolvedPart, entity: ResolvedEntity, estimates: Estimates): number | null {
  if (part.kind === 'literal') return 1;
  const { column, transforms } = part;
  const shard = transforms.findLast(({ name }) => name === 'shard')?.args[0];
  if (typeof shard === 'number') return shard;
  const { type } = column.column;
  const distinct =
    estimates.column(tableOf(entity, column), column.column.name)?.distinct ??
    (type.kind === 'boolean' ? 2 : type.kind === 'enum' ? type.labels.length : null);
  // A transform that joins values leaves at most as many; few values stay few.
  if (transforms.every(({ name }) => KEEPS_VALUES.has(name)))
    return distinct === null ? null : Math.max(1, distinct);
  return distinct !== null && distinct <= CROWDED.values ? Math.max(1, distinct) : null;
}

/** Of a key of one column: the share of its commonest value. */
export function commonest(
  { parts }: ResolvedTemplate,
  entity: ResolvedEntity,
  estimates: Estimates,
): readonly [share: number, column: string] {
  const [only, ...others] = parts.filter((part) => part.kind === 'column');
  if (only === undefined || others.length > 0) return [0, ''];
  const { path, column } = only.column;
  if (path !== '') return [0, ''];
  return [estimates.column(entity.query.table, column.name)?.commonest ?? 0, column.name];
}

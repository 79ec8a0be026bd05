import { LIMITS } from '../item/limits.js';
import type { EmbedQuery, RowQuery } from '../source/row-query.js';
import {
  type Column,
  type ColumnType,
  NO_EXTREMES,
  type SourceExtremes,
  type SourceSchema,
  type TableName,
} from '../source/source-schema.js';
import { type Hazard, hazardsOf, policiesOf } from './hazards.js';
import type {
  AttributeSource,
  ResolvedAttribute,
  ResolvedCopy,
  ResolvedEntity,
  ResolvedMapping,
  ResolvedShape,
} from './resolved-mapping.js';
import { isUniqueAlone, keepsSpelling } from './spellings.js';
import type { ResolvedColumn, ResolvedPart, ResolvedTemplate } from './template.js';

/**
 * What columns can hold by their declared type and their place on an item cannot. Such a value rejects its item and
 * is never changed; `check` lists the columns with the policies to choose from, `plan` counts the values.
 */
export interface LossRisk {
  readonly entity: string;
  /** Where the values go: an attribute (`total`, `lines.price`), or a key of a copy (`byCustomer.sk`). */
  readonly target: string;
  readonly table: TableName;
  readonly where: string | null;
  readonly column: Column;
  readonly hazards: readonly Hazard[];
  /** False where the values lie inside arrays, maps or JSON, which the source does not measure. */
  readonly measurable: boolean;
  /** What to write in the mapping so that these values are no rejects; may be empty. */
  readonly policies: readonly string[];
}

/** In the order of entities, attributes and keys. */
export function lossRisks(resolved: ResolvedMapping, schema: SourceSchema): readonly LossRisk[] {
  const { extremes = NO_EXTREMES } = schema;
  return resolved.entities.flatMap((entity) => [
    ...attributeRisks(entity, extremes),
    ...entity.copies.flatMap((copy) => keyRisks(entity, copy, extremes, schema)),
  ]);
}

/** What of a query tells where its columns are read. */
type Place = Pick<RowQuery, 'table' | 'joins'> & {
  readonly where: string | null;
  readonly embeds: readonly EmbedQuery[];
};

function attributeRisks({ name, query, attributes, copies }: ResolvedEntity, extremes: SourceExtremes) {
  const used = new Set(copies.flatMap((copy) => copy.attributes));
  const held = attributes.filter(
    ({ value }, position) =>
      used.has(position) && !(value.kind === 'column' && isOfGroup(query, value.column)),
  );
  return risksOf(name, query, held, '', extremes);
}

/** A count, a sum, a least or greatest value: the table has no such column to measure. */
function isOfGroup({ groups }: ResolvedEntity['query'], { path, column }: ResolvedColumn): boolean {
  return path === '' && groups?.cells.some(({ name }) => name === column.name) === true;
}

function risksOf(
  entity: string,
  place: Place,
  attributes: readonly ResolvedAttribute[],
  prefix: string,
  extremes: SourceExtremes,
): readonly LossRisk[] {
  return attributes.flatMap(({ name, value, zeroDate = 'reject' }): readonly LossRisk[] => {
    const target = prefix + name;
    if (value.kind === 'embed') {
      const embed = place.embeds[value.embed];
      return embed === undefined ? [] : risksOf(entity, embed, heldBy(value.shape), `${target}.`, extremes);
    }
    return columnsOf(value).flatMap((column): readonly LossRisk[] => {
      const as = value.kind === 'column' ? value.as : null;
      const { type } = column.column;
      const hazards = [
        ...hazardsOf(type, as, zeroDate, extremes),
        ...(isUnlimited(type) ? ['large' as const] : []),
      ];
      const policies = hazards.flatMap((hazard) =>
        policiesOf(hazard, value.kind === 'column' && prefix === ''),
      );
      const risk = { entity, target, ...readAt(column, place), hazards, measurable: isMeasurable(type) };
      return hazards.length === 0 ? [] : [{ ...risk, policies: [...new Set(policies)] }];
    });
  });
}

function keyRisks(
  { name, query }: ResolvedEntity,
  copy: ResolvedCopy,
  extremes: SourceExtremes,
  schema: SourceSchema,
): readonly LossRisk[] {
  const keys: readonly (readonly [
    string,
    ResolvedTemplate | null,
    'longPartitionKey' | 'longSortKey',
    boolean,
  ])[] = [
    [`${copy.name}.pk`, copy.pk, 'longPartitionKey', true],
    [`${copy.name}.sk`, copy.sk, 'longSortKey', true],
    ...copy.indexes.flatMap(({ index, pk, sk }) => [
      [`${copy.name}.${index.name}.pk`, pk, 'longPartitionKey', false] as const,
      [`${copy.name}.${index.name}.sk`, sk, 'longSortKey', false] as const,
    ]),
  ];
  return keys.flatMap(([target, template, tooLong, ofTable]) =>
    (template?.parts ?? []).flatMap((part): readonly LossRisk[] => {
      if (part.kind === 'literal') return [];
      const { column } = part.column;
      const hazards: Hazard[] = hazardsOf(column.type, null, 'reject', extremes).filter(
        (hazard) => !KEYS_HOLD.has(hazard),
      );
      if (isLongText(part)) hazards.push(tooLong);
      if (ofTable && column.nullable && part.column.path === '' && copy.whenNull === 'reject') {
        hazards.push('nulls');
      }
      const at = readAt(part.column, query);
      if (keepsSpelling(part) && !isUniqueAlone(column, at.table, schema)) hazards.push('spellings');
      if (hazards.length === 0) return [];
      const policies = hazards.includes('nulls') ? ['whenNull: skip'] : [];
      return [{ entity: name, target, ...at, hazards, measurable: isMeasurable(column.type), policies }];
    }),
  );
}

/** Numbers of any length and size have a text as keys, and JSON is none. */
const KEYS_HOLD: ReadonlySet<Hazard> = new Set(['tooPrecise', 'outOfRange', 'json']);

/** The declared type alone lets a value be as large as an item. */
function isUnlimited(type: ColumnType): boolean {
  switch (type.kind) {
    case 'text':
    case 'bytes':
      return type.maxLength === null || type.maxLength > LIMITS.itemBytes;
    case 'json':
    case 'textMap':
    case 'geometry':
      return true;
    case 'array':
      return type.bare !== true;
    default:
      return false;
  }
}

/** Text that may be too long for any key, through transforms that leave it as long. */
function isLongText({ column, transforms }: Extract<ResolvedPart, { kind: 'column' }>): boolean {
  const { type } = column.column;
  const kept = transforms.every(({ name }) => ['lower', 'upper', 'trim', 'desc', 'raw'].includes(name));
  // Four bytes a character at most, and three for one that is escaped.
  return (
    kept && type.kind === 'text' && (type.maxLength === null || type.maxLength * 4 > LIMITS.sortKeyBytes)
  );
}

function isMeasurable({ kind }: ColumnType): boolean {
  return kind !== 'composite' && kind !== 'array' && kind !== 'undecided';
}

function columnsOf(value: AttributeSource): readonly ResolvedColumn[] {
  if (value.kind === 'column') return [value.column];
  if (value.kind !== 'template') return [];
  return value.template.parts.flatMap((part) => (part.kind === 'column' ? [part.column] : []));
}

function readAt(
  { path, column }: ResolvedColumn,
  { table, where, joins }: Pick<Place, 'table' | 'where' | 'joins'>,
) {
  if (path === '') return { table, where, column };
  const join = joins.find((candidate) => candidate.path === path);
  return { table: join?.table ?? table, where: join === undefined ? where : null, column };
}

/** The attributes of a child as its embed holds it; a value without a name is named by its column. */
function heldBy(shape: ResolvedShape): readonly ResolvedAttribute[] {
  if (shape.kind === 'set') return [columnValue(shape.column)];
  return shape.value.kind === 'map' ? shape.value.attributes : [columnValue(shape.value.column)];
}

function columnValue(column: ResolvedColumn): ResolvedAttribute {
  return { name: column.column.name, value: { kind: 'column', column, as: null }, nulls: 'omit' };
}

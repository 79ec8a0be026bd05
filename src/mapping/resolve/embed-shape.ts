import type { EmbedQuery } from '../../source/row-query.js';
import type { TableSchema } from '../../source/source-schema.js';
import type { EmbedMapping, EmbedShape } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import type { ResolvedShape } from '../resolved-mapping.js';
import { attributeCodec } from '../value/attribute-codec.js';
import type { QueryColumns } from './query-columns.js';
import { requireCell } from './require-cell.js';
import type { Lookup } from './source-names.js';

/** An embed that was found in the source. */
export interface Embed {
  readonly query: EmbedQuery;
  readonly table: TableSchema;
  readonly shape: ResolvedShape;
}

/** How many lists and maps the shape puts around the attributes of a child. */
export function levelsOf({ as }: EmbedMapping): number {
  return as === 'one' ? 1 : 2;
}

/** The column whose values are all that is held of the children; null where it is maps of attributes. */
export function scalarOf(as: EmbedShape | undefined): { readonly name: string; readonly key: string } | null {
  if (typeof as !== 'object') return null;
  if ('listOf' in as) return { name: as.listOf, key: 'listOf' };
  if ('setOf' in as) return { name: as.setOf, key: 'setOf' };
  return as.value === undefined ? null : { name: as.value, key: 'value' };
}

/** A shape that holds one column's values, or null after reporting why not. */
export function resolveScalars(
  mapping: EmbedMapping,
  columns: QueryColumns,
  at: DocumentPath,
  level: number,
  lookup: Lookup & { readonly nulls: 'omit' | 'null' },
): ResolvedShape | null {
  const { problems } = lookup;
  const { as, attributes, embed } = mapping;
  const scalar = scalarOf(as);
  if (scalar === null || typeof as !== 'object') return null;
  const here = [...at, 'as', scalar.key];
  if (attributes !== undefined || embed !== undefined) {
    const message = `${scalar.key} holds one value of each child, and no ${attributes === undefined ? 'embeds' : 'attributes'}`;
    problems.error(here, 'EMBED_SHAPE', message, `Remove one of the two.`, 'key');
    return null;
  }
  const column = requireCell(scalar.name, columns, here, problems);
  const by = 'mapBy' in as ? requireCell(as.mapBy, columns, [...at, 'as', 'mapBy'], problems) : null;
  if (column === null || ('mapBy' in as && by === null)) return null;
  const codec = attributeCodec(column.column.type, null, level + 1);
  if (!codec.ok) {
    problems.error(
      here,
      'COLUMN_TYPE',
      `${scalar.name}: ${codec.message}`,
      'Embed maps, and choose as: there.',
    );
    return null;
  }
  if ('setOf' in as) {
    const type = SETS[codec.attributeType];
    if (type !== undefined) return { kind: 'set', column, type };
    const message = `${scalar.name} is ${codec.attributeType}; a set holds texts, numbers or bytes`;
    problems.error(here, 'COLUMN_TYPE', message, `Write as: { listOf: ${scalar.name} }.`);
    return null;
  }
  const value = { kind: 'column', column, nulls: lookup.nulls } as const;
  return by === null ? { kind: 'list', value } : { kind: 'map', by, value };
}

const SETS: { readonly [type: string]: 'SS' | 'NS' | 'BS' | undefined } = { S: 'SS', N: 'NS', B: 'BS' };

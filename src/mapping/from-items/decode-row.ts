import type { WireItem, WireValue } from '../../item/attribute-value.js';
import { sourceError } from '../../source/errors.js';
import type { ColumnRef, EmbedQuery, JoinQuery, RowQuery } from '../../source/row-query.js';
import type { Cell } from '../../source/source.js';
import type { Column, TableName } from '../../source/source-schema.js';
import type { AttributeSource, ResolvedAttribute } from '../resolved-mapping.js';
import { valueDecoder } from './decode-value.js';
import { cellKey, chainOf, columnKey, relationKey } from './row-keys.js';
import type { Successor } from './successor.js';

/** What an item, or a child inside it, tells of a row: cells by `columnKey`, children by `relationKey`. */
export interface DecodedRow {
  readonly cells: Map<string, Cell>;
  readonly children: ReadonlyMap<string, readonly DecodedRow[]>;
}

/** A column that the items tell of, of whichever table. */
export interface HeldColumn {
  readonly table: TableName;
  readonly column: Column;
}

export interface RowDecoder {
  /** By `columnKey`. */
  readonly held: ReadonlyMap<string, HeldColumn>;
  /** By `relationKey`. */
  readonly embeds: ReadonlyMap<string, RowDecoder>;
  /** `known`: cells that are known from elsewhere. Throws `SOURCE_ITEM` for a value that no row makes. */
  decode(attributes: WireItem, known: ReadonlyMap<string, Cell>): DecodedRow;
}

interface Level extends RowQuery {
  readonly embeds: readonly EmbedQuery[];
}

/** A value read into the row; false where no row makes it. */
type Take = (
  value: WireValue | undefined,
  row: DecodedRow & { readonly children: Map<string, readonly DecodedRow[]> },
) => boolean;

/** A column as the source had it, or null. */
export type FindColumn = (table: TableName, name: string) => Column | null;

/**
 * The way back from attributes to their row. `known`: columns that `decode` is given. `successor`: what the item may have
 * become already.
 */
export function rowDecoder(
  query: Level,
  attributes: readonly ResolvedAttribute[],
  known: ReadonlyMap<string, HeldColumn>,
  find: FindColumn,
  successor: Successor | null = null,
): RowDecoder {
  const held = new Map(known);
  const embeds = new Map<string, RowDecoder>();
  const takes: { readonly name: string; readonly take: Take }[] = [];
  for (const attribute of keptFirst(attributes, successor)) {
    const take = takeColumn(query, attribute, held) ?? takeChildren(query, attribute.value, embeds, find);
    if (take !== null) takes.push({ name: attribute.name, take });
  }
  if (successor !== null) takes.push(...takesOf(successor, attributes, held));
  const parents = query.joins.flatMap((join) => parentKeys(query, join, held, find));
  return {
    held,
    embeds,
    decode(item, cells) {
      const row = { cells: new Map(cells), children: new Map<string, readonly DecodedRow[]>() };
      for (const { name, take } of takes) {
        if (take(item[name], row)) continue;
        throw sourceError(
          'SOURCE_ITEM',
          `attribute ${name} holds what no row makes: ${JSON.stringify(item[name])}`,
          {
            hint: 'Mend the item, or leave the column out of the new mapping.',
          },
        );
      }
      for (const derive of parents) derive(row.cells);
      return row;
    },
  };
}

/** Of a column that several attributes hold, the one that stays as it is tells. */
function keptFirst(
  attributes: readonly ResolvedAttribute[],
  successor: Successor | null,
): readonly ResolvedAttribute[] {
  if (successor === null) return attributes;
  const [kept, others] = [true, false].map((stays) =>
    attributes.filter(({ name }) => successor.kept.has(name) === stays),
  );
  return [...(kept ?? []), ...(others ?? [])];
}

/** What was renamed is read by its new name where it is not there by the old one any more. */
function takesOf(
  { entity, attributes: next }: Successor,
  attributes: readonly ResolvedAttribute[],
  held: ReadonlyMap<string, HeldColumn>,
): readonly { readonly name: string; readonly take: Take }[] {
  const former = new Set(attributes.map(({ name }) => name));
  const { query } = entity;
  return next.flatMap((attribute) => {
    const { name, value } = attribute;
    if (former.has(name) || value.kind !== 'column') return [];
    const key = columnKey(query, value.column);
    const take = held.has(key) ? takeColumn(query, attribute, new Map()) : null;
    if (take === null) return [];
    return [{ name, take: (found, row) => (row.cells.get(key) ?? null) !== null || take(found, row) }];
  });
}

function takeColumn(
  query: Level,
  { value, zeroDate = 'reject' }: ResolvedAttribute,
  held: Map<string, HeldColumn>,
): Take | null {
  if (value.kind !== 'column' || zeroDate === 'omit') return null;
  const ref: ColumnRef = { path: value.column.path, column: value.column.column };
  const key = columnKey(query, ref);
  const decode = valueDecoder(ref.column.type, value.as);
  if (decode === null || held.has(key)) return null;
  held.set(key, { table: tableAt(query, ref.path), column: ref.column });
  return (found, { cells }) => {
    const isNull = found === undefined || (found['NULL'] === true && ref.column.type.kind !== 'json');
    const cell = isNull ? null : decode(found);
    cells.set(key, cell);
    return isNull || cell !== null;
  };
}

/** Lists of maps or values, and single maps: other shapes forget the order of children, or their number. */
function takeChildren(
  query: Level,
  source: AttributeSource,
  embeds: Map<string, RowDecoder>,
  find: FindColumn,
): Take | null {
  if (source.kind !== 'embed') return null;
  const { shape } = source;
  const embed = query.embeds[source.embed];
  if (embed === undefined || (shape.kind !== 'list' && shape.kind !== 'one')) return null;
  const { value } = shape;
  const attributes: readonly ResolvedAttribute[] =
    value.kind === 'map'
      ? value.attributes
      : [{ name: '', value: { kind: 'column', column: value.column, as: null }, nulls: value.nulls }];
  // A list of values leaves NULLs out: it does not tell how many children there are.
  if (value.kind === 'column' && value.nulls === 'omit' && value.column.column.nullable) return null;
  // A child is found by what its parent has.
  const own = embed.through === null ? embed.on : [];
  const toParent = own.map(({ local, remote }) => [cellKey([], local), cellKey([], remote), remote] as const);
  const known = new Map(
    toParent.flatMap(([, key, name]) => {
      const column = find(embed.table, name);
      return column === null ? [] : [[key, { table: embed.table, column }] as const];
    }),
  );
  const decoder = rowDecoder(embed, attributes, known, find);
  const key = relationKey(embed);
  embeds.set(key, decoder);
  return (found, row) => {
    const items = childrenIn(found, shape.kind, value.kind);
    if (items === null) return false;
    const cells = new Map(toParent.map(([from, to]) => [to, row.cells.get(from) ?? null]));
    row.children.set(
      key,
      items.map((item) => decoder.decode(item, cells)),
    );
    return true;
  };
}

function childrenIn(
  found: WireValue | undefined,
  shape: 'list' | 'one',
  value: 'map' | 'column',
): readonly WireItem[] | null {
  if (found === undefined || found['NULL'] === true) return [];
  const values = shape === 'one' ? [found] : found['L'];
  if (!Array.isArray(values)) return null;
  const items = values.map(
    (one: WireValue) => (value === 'map' ? one['M'] : { '': one }) as WireItem | undefined,
  );
  return items.includes(undefined) ? null : (items as readonly WireItem[]);
}

/**
 * A parent that something is told of is there, and so its key is what the row says; of one that nothing is told of,
 * as of one that is not there, it is NULL.
 */
function parentKeys(
  query: Level,
  { path, parent, on }: JoinQuery,
  held: Map<string, HeldColumn>,
  find: FindColumn,
): readonly ((cells: Map<string, Cell>) => void)[] {
  const chain = chainOf(path, query.joins);
  const told = [...held].flatMap(([key, { column }]) => (key === cellKey(chain, column.name) ? [key] : []));
  const table = chain.at(-1)?.table;
  if (told.length === 0 || table === undefined) return [];
  return on.flatMap(({ local, remote }) => {
    const to = cellKey(chain, remote);
    const from = cellKey(chainOf(parent, query.joins), local);
    const column = find(table, remote);
    if (held.has(to) || !held.has(from) || column === null) return [];
    held.set(to, { table, column });
    return [
      (cells: Map<string, Cell>) => {
        const isThere = told.some((key) => (cells.get(key) ?? null) !== null);
        cells.set(to, isThere ? (cells.get(from) ?? null) : null);
      },
    ];
  });
}

function tableAt({ table, joins }: Level, path: string): TableName {
  return chainOf(path, joins).at(-1)?.table ?? table;
}

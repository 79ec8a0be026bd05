import type { WireItem } from '../../item/attribute-value.js';
import type { ItemAnswer } from '../../source/item-decoder.js';
import type { EmbedQuery, EntityQuery, JoinQuery, RowQuery } from '../../source/row-query.js';
import type { Cell, RowTree } from '../../source/source.js';
import type { SourceSchema, TableName } from '../../source/source-schema.js';
import { sameTable } from '../resolve/foreign-keys.js';
import type { DecodedRow, RowDecoder } from './decode-row.js';
import type { EntityDecoder } from './entity-decoder.js';
import { cellKey, chainOf, relationKey } from './row-keys.js';

/** What parents are found for a row, by their canonical keys. */
type Parents = ReadonlyMap<string, DecodedRow>;
type TakeCell = (row: DecodedRow, parents: Parents) => Cell;
type TakeTree = (row: DecodedRow, parents: Parents) => RowTree;

/** A parent that another entity's primary copy tells of. */
interface Lookup {
  readonly decoder: EntityDecoder;
  /** Null where the foreign key is. */
  readonly keyOf: (row: DecodedRow) => string | null;
}

/** How the primary copies of an entity answer a query, or what they lack. */
export function answerQuery(
  query: EntityQuery,
  decoders: readonly EntityDecoder[],
  source: SourceSchema,
): ItemAnswer | string {
  if (query.groups !== undefined) return 'rows cannot be grouped where they are read from a table of items';
  const root = decoders.find(
    ({ entity }) => sameTable(entity.query.table, query.table) && entity.query.where === query.where,
  );
  if (root === undefined) {
    const where = query.where === null ? 'all its rows' : 'the same `where`';
    return `no entity of the old mapping is read from ${query.table.name} with ${where}, by a first copy that every row has`;
  }
  if (query.changed !== undefined) return 'the items do not tell which rows changed';
  if (
    query.identity.map(({ name }) => name).join() !==
    root.entity.query.identity.map(({ name }) => name).join()
  ) {
    return `${query.table.name} is identified by other columns than in the old mapping`;
  }
  const lookups = new Map<string, Lookup>();
  const lacking: string[] = [];
  const take = takeTree(
    query,
    root.row,
    lacking,
    {
      lookup: (join) => lookupOf(join, root, decoders),
      isForeignKey: (table, { table: parent, on }) =>
        source.tables
          .find((one) => sameTable(one, table))
          ?.foreignKeys.some(
            ({ columns, references }) =>
              sameTable(references, parent) &&
              columns.length === on.length &&
              on.every(({ local, remote }) => references.columns[columns.indexOf(local)] === remote),
          ) === true,
    },
    lookups,
  );
  if (lacking.length > 0) return `no first copy of the old mapping holds ${[...new Set(lacking)].join(', ')}`;
  return {
    keyOf: (identity) => root.keyOf?.(identity) ?? null,
    claims: root.claims,
    rowOf(item) {
      const row = root.decode(item);
      if (row === null) return null;
      const wanted = [...lookups.values()].flatMap(({ decoder, keyOf }) => {
        const key = keyOf(row);
        return key === null ? [] : [{ key, decoder }];
      });
      return {
        identity: row.identity,
        parents: wanted.map(({ key }) => key),
        finish: (items) => take(row, decoded(wanted, items)),
      };
    },
  };
}

function decoded(
  wanted: readonly { readonly key: string; readonly decoder: EntityDecoder }[],
  items: ReadonlyMap<string, WireItem>,
): Parents {
  const parents = new Map<string, DecodedRow>();
  for (const { key, decoder } of wanted) {
    const item = items.get(key);
    const row = item === undefined ? null : decoder.decode(item);
    if (row !== null) parents.set(key, row);
  }
  return parents;
}

/** What is known besides the items at hand. */
interface Surroundings {
  lookup(join: JoinQuery): Lookup | null;
  /** The database kept every row of `table` from naming a parent that is not there. */
  isForeignKey(table: TableName, join: JoinQuery): boolean;
}

function takeTree(
  query: RowQuery & { readonly embeds: readonly EmbedQuery[] },
  decoder: RowDecoder,
  lacking: string[],
  schema: Surroundings,
  lookups: Map<string, Lookup>,
): TakeTree {
  const takeCell = (chain: readonly JoinQuery[], column: string): TakeCell | null => {
    const own = cellKey(chain, column);
    if (decoder.held.has(own)) return ({ cells: held }) => held.get(own) ?? null;
    const [first, ...rest] = chain;
    if (first === undefined) return null;
    const lookup = schema.lookup(first);
    const there = cellKey(rest, column);
    if (lookup?.decoder.row.held.has(there)) {
      lookups.set(JSON.stringify([first.table, first.on]), lookup);
      return (row, parents) => {
        const key = lookup.keyOf(row);
        return key === null ? null : (parents.get(key)?.cells.get(there) ?? null);
      };
    }
    // The database saw to it that the parent is there: its key is what the foreign key says.
    const above = chain.slice(0, -1);
    const last = chain.at(-1) ?? first;
    const pair = last.on.find(({ remote }) => remote === column);
    const isKept = pair !== undefined && schema.isForeignKey(above.at(-1)?.table ?? query.table, last);
    return isKept ? takeCell(above, pair.local) : null;
  };
  const cells = query.columns.map(({ path, column }): TakeCell => {
    const chain = chainOf(path, query.joins);
    const take = takeCell(chain, column.name);
    if (take === null) lacking.push(`${(chain.at(-1)?.table ?? query.table).name}.${column.name}`);
    return take ?? (() => null);
  });
  for (const { kind, of } of query.aggregates) lacking.push(`the ${kind} of ${of.table.name}`);
  const embeds = query.embeds.map((embed): ((row: DecodedRow) => readonly RowTree[]) => {
    const key = relationKey(embed);
    const child = decoder.embeds.get(key);
    if (child === undefined) {
      lacking.push(`${embed.table.name} as the embed ${embed.name} reads them`);
      return () => [];
    }
    const take = takeTree(embed, child, lacking, { ...schema, lookup: () => null }, lookups);
    return ({ children }) => (children.get(key) ?? []).map((one) => take(one, new Map()));
  });
  return (row, parents) => ({
    row: cells.map((take) => take(row, parents)),
    children: embeds.map((take) => take(row)),
    overflow: false,
  });
}

/** Where the join leads to the identity of an entity whose key holds nothing else. */
function lookupOf(
  { table, on }: JoinQuery,
  root: EntityDecoder,
  decoders: readonly EntityDecoder[],
): Lookup | null {
  for (const decoder of decoders) {
    const { query } = decoder.entity;
    const { keyOf } = decoder;
    if (keyOf === null || !sameTable(query.table, table) || query.where !== null) continue;
    const locals = query.identity.map(({ name }) => on.find(({ remote }) => remote === name)?.local);
    if (locals.length !== on.length || locals.includes(undefined)) continue;
    const keys = locals.map((local) => cellKey([], local ?? ''));
    if (!keys.every((key) => root.row.held.has(key))) continue;
    return {
      decoder,
      keyOf(row) {
        const identity = keys.map((key) => row.cells.get(key) ?? null);
        return identity.includes(null) ? null : keyOf(identity);
      },
    };
  }
  return null;
}

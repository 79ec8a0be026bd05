import type { AttributeMapping, CopyMapping, EntityMapping, JoinMapping } from '../mapping/mapping.js';
import { attributeName, joinedName, type NamingRule } from '../mapping/resolve/attribute-names.js';
import type { Estimates } from '../mapping/weigh/statistics-of.js';
import type { EntityPaths } from './access-paths.js';
import { shardsFor } from './crowding.js';
import {
  type AccessPath,
  type DraftFindings,
  type DraftTable,
  joinId,
  type LinkSide,
  type Note,
} from './draft.js';
import {
  childrenPattern,
  type DraftPattern,
  keyPatterns,
  pathPattern,
  roleOf,
  rowsName,
  sidePattern,
} from './draft-patterns.js';
import { keyText, pathKey, pathSort, shardText } from './key-text.js';
import { free, nameOf } from './names.js';
import type { SimpleQuery } from './read-query.js';
import { aboutEntity, aboutJoin, aboutPath } from './reasons.js';
import { inOrderOf, sameSet } from './roles.js';

export interface EntityContext {
  readonly entities: readonly DraftTable[];
  readonly estimates: Estimates;
  readonly findings: DraftFindings;
  readonly naming: NamingRule;
  readonly dialect: string;
  readonly declined: ReadonlySet<string>;
}

export interface EntityDraft {
  readonly mapping: EntityMapping;
  readonly notes: readonly Note[];
  readonly patterns: readonly DraftPattern[];
}

export function indexName(position: number): string {
  return `gsi${position + 1}`;
}

/** One table as an entity: its copies, index keys, joins and policies, each with its reason. */
export function draftEntity(
  of: DraftTable,
  { paths, asked, not }: EntityPaths,
  context: EntityContext,
): EntityDraft {
  const at = ['entities', of.entity];
  const attributes = draftAttributes(of, context);
  const join = draftJoins(of, context);
  const { items, patterns, notes } = draftItems(of, paths, asked, context);
  const large = context.findings.large.has(of.label);
  const joined = Object.keys(join).length > 0;
  return {
    mapping: {
      from: of.label,
      ...(of.noPrimaryKey ? { identifiedBy: of.identity } : {}),
      ...(joined ? { join } : {}),
      ...(attributes.length > 0
        ? {
            attributes: {
              '*': true,
              ...Object.fromEntries(attributes.map(({ name, value }) => [name, value])),
            },
          }
        : {}),
      ...(large ? { oversize: 'split' } : {}),
      items,
    },
    notes: [
      { path: at, lines: aboutEntity(of, not, context.estimates) },
      ...(joined
        ? [{ path: [...at, 'join'], lines: aboutJoin(of, join, Object.keys(items).length, context) }]
        : []),
      ...attributes.map(({ name, why }) => ({ path: [...at, 'attributes', name], lines: [why] })),
      ...(large
        ? [{ path: [...at, 'oversize'], lines: ['Rows may be over 400 KB, the most that an item holds.'] }]
        : []),
      ...notes,
    ],
    patterns,
  };
}

function draftItems(
  of: DraftTable,
  paths: readonly AccessPath[],
  queries: readonly SimpleQuery[],
  context: EntityContext,
) {
  const { role, partition, sort, identity, entity } = of;
  const { entities, dialect, estimates } = context;
  const indexes = Object.fromEntries(
    paths.map((path, position) => [indexName(position), { pk: pathKey(path), sk: keyText(pathSort(path)) }]),
  );
  const copy: CopyMapping = {
    key: { pk: keyText(partition), sk: keyText(sort) },
    ...(paths.length > 0 ? { indexes } : {}),
  };
  const asked = paths.map((path, position) => pathPattern(path, indexName(position), dialect));
  const name = role.kind === 'link' ? `of${sideName(role.sides[0], role.sides)}` : 'main';
  const notes = paths.map((path, position) => ({
    path: ['entities', entity, 'items', name, 'indexes', indexName(position)],
    lines: aboutPath(path),
  }));
  if (role.kind !== 'link') {
    const within = entities.filter((other) => other !== of && liesWith(other, of, estimates));
    const children = role.kind === 'weak' ? [childrenPattern(of, role.parent.entity, queries, dialect)] : [];
    return {
      items: { main: copy },
      patterns: [...keyPatterns(of, within, queries, dialect), ...children, ...asked],
      notes,
    };
  }
  const [first, second] = role.sides;
  const pk = { literal: second.parent.prefix, columns: inOrderOf(second.parent.identity, second.key) };
  // Both keys of a table that is linked with itself begin alike.
  const literal = first.parent === second.parent ? `${of.prefix}_BACK` : of.prefix;
  const sk = { literal, columns: inOrderOf(first.parent.identity, first.key) };
  const shards = shardsFor(of.table, second.key.columns, estimates);
  const other = `of${sideName(second, role.sides)}`;
  const patternOf = (side: LinkSide) => `${rowsName(of)}Of${sideName(side, role.sides)}`;
  const items = {
    [name]: copy,
    [other]: { key: { pk: keyText(pk) + shardText(shards, identity), sk: keyText(sk) } },
  };
  const patterns = [
    sidePattern(of, { name: patternOf(first), pk: partition, sk: sort, shards: 1 }, queries, dialect),
    sidePattern(of, { name: patternOf(second), pk, sk, shards }, queries, dialect),
    ...asked,
  ];
  return { items, patterns, notes };
}

/** Its rows, or one of their copies, are in the partitions of `of`. */
function liesWith({ table, partition, role }: DraftTable, of: DraftTable, estimates: Estimates): boolean {
  if (partition.literal === of.prefix) return true;
  if (role.kind !== 'link') return false;
  return role.sides[1].parent === of && shardsFor(table, role.sides[1].key.columns, estimates) === 1;
}

/** The parent, or the foreign key's own word where both sides are of one table. */
function sideName(side: LinkSide, sides: readonly LinkSide[]): string {
  const twice = sides.every(({ parent }) => parent === side.parent);
  return twice ? (roleOf(side.key.columns) ?? side.key.columns.map(nameOf).join('')) : side.parent.entity;
}

/** Columns that need another attribute than their default. */
function draftAttributes({ table, label }: DraftTable, { findings, naming }: EntityContext) {
  return table.columns.flatMap(
    ({
      name: column,
      type,
    }): readonly { readonly name: string; readonly value: AttributeMapping; readonly why: string }[] => {
      const name = attributeName(column, naming);
      const policy = findings.policies.get(`${label}.${column}`);
      if (policy !== undefined) {
        const { why, ...how } = policy;
        return [
          {
            name,
            value: { column, ...how },
            why: `DECIDE: it holds ${why}; this keeps the item from being rejected.`,
          },
        ];
      }
      if (type.kind !== 'undecided') return [];
      return [
        { name, value: { column, as: 'string' }, why: `DECIDE: ${type.why}; this is the source's own text.` },
      ];
    },
  );
}

/** Names of lookup rows, copied in where they are referred to. */
function draftJoins(
  of: DraftTable,
  { entities, naming, declined }: EntityContext,
): { readonly [name: string]: JoinMapping } {
  const taken = new Set<string>(of.table.columns.map(({ name }) => attributeName(name, naming)));
  const names = new Set<string>();
  const joins: { [name: string]: JoinMapping } = {};
  for (const { columns, references } of of.table.foreignKeys) {
    const lookup = entities.find(
      ({ table, role, identity }) =>
        table.schema === references.schema &&
        table.name === references.name &&
        role.kind === 'lookup' &&
        sameSet(identity, references.columns),
    );
    const [via] = columns;
    if (lookup?.role.kind !== 'lookup' || lookup === of || via === undefined || columns.length > 1) continue;
    if (declined.has(joinId(of.label, via))) continue;
    // Two keys on the same column leave open which of them is meant.
    if (of.table.foreignKeys.some((key) => key.columns !== columns && sameSet(key.columns, columns)))
      continue;
    const role = roleOf(columns) ?? lookup.entity;
    const name = free([nameOf(role.slice(0, 1).toLowerCase() + role.slice(1))], names);
    const attribute = joinedName(name, lookup.role.name, naming);
    if (taken.has(attribute)) continue;
    taken.add(attribute);
    joins[name] = { via, attributes: [lookup.role.name] };
  }
  return joins;
}

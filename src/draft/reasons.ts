import type { JoinMapping } from '../mapping/mapping.js';
import { count, type Estimates } from '../mapping/weigh/statistics-of.js';
import type { AccessPath, DraftTable } from './draft.js';

/** The comments of a draft: what was chosen, why, and what the reader has to decide. */

export function aboutEntity(of: DraftTable, not: readonly string[], estimates: Estimates): readonly string[] {
  const { label } = of;
  return [...roleLines(of, `${label} (${rowsText(of, estimates)})`), ...identityLines(of), ...not];
}

function identityLines({ table, identity, noPrimaryKey }: DraftTable): readonly string[] {
  if (!noPrimaryKey) return [];
  const key = identity.join(', ');
  if (table.heirs === undefined) return [`No primary key: its unique key ${key} identifies a row.`];
  return [
    `DECIDE: tables inherit from it, and no key of the source holds over their rows too. This takes ${key}`,
    'to tell them apart; a migration ends where two rows share one.',
  ];
}

function roleLines({ role, entity }: DraftTable, what: string): readonly string[] {
  switch (role.kind) {
    case 'strong':
      return [`${what}: each row an item in a partition of its own.`];
    case 'lookup':
      return [
        `${what}: a lookup table. An entity of its own, and ${role.name} is joined into those that refer to it.`,
      ];
    case 'extension':
      return [`${what}: at most one row for each of ${role.parent.label}, so it lies in its partition.`];
    case 'weak':
      return [
        `${what}: its key begins with that of ${role.parent.label}, so its rows lie in the partition of their ${role.parent.entity}.`,
        `DECIDE: embed them in ${role.parent.entity} instead, if few and always read with it.`,
      ];
    case 'link': {
      const [first, second] = role.sides;
      return [
        `${what}: links ${first.parent.label} and ${second.parent.label}. Each row is two items, one on either side.`,
        `DECIDE: join what a list of ${entity} shows of either side, if it never changes.`,
      ];
    }
  }
}

/** Above the joins: what a change of a parent costs. */
export function aboutJoin(
  of: DraftTable,
  joins: { readonly [name: string]: JoinMapping },
  copies: number,
  { entities, estimates }: { readonly entities: readonly DraftTable[]; readonly estimates: Estimates },
): readonly string[] {
  const costs = Object.values(joins).flatMap(({ via, attributes = [] }) => {
    const key = of.table.foreignKeys.find(({ columns }) => columns.length === 1 && columns[0] === via);
    const parent = entities.find(
      ({ table }) => table.name === key?.references.name && table.schema === key.references.schema,
    );
    const rows = estimates.rows(of.table);
    const parents = parent === undefined ? null : estimates.rows(parent.table);
    if (parent === undefined || rows === null || parents === null) return [];
    const items = Math.ceil(rows / Math.max(1, parents)) * copies;
    return [
      `DECIDE: a change of one ${parent.label}.${attributes.join(', ')} rewrites about ${count(items)} items here.`,
    ];
  });
  return ['From lookup tables, so that no second read is needed.', ...new Set(costs)];
}

/** Above an index key. */
export function aboutPath({ of, columns, why, order, shards, calls, unique }: AccessPath): readonly string[] {
  const sparse = of.table.columns.some(({ name, nullable }) => nullable && columns.includes(name));
  const named = columns.join(', ');
  const reason = {
    foreignKey: `By the foreign key ${named}`,
    uniqueKey: `By the unique key ${named}`,
    query: `By ${named}, as queries do`,
  }[why.kind];
  const itself = why.kind === 'foreignKey' && why.parent === of ? ' (the table itself)' : '';
  const once = why.kind === 'foreignKey' && unique ? ', at most one' : '';
  const ordered = order.length > 0 ? `, in the order of ${order.join(', ')}` : '';
  const seen = calls > 0 ? `; seen ${count(calls)} times` : '';
  return [
    `${reason}${itself}${once}${ordered}${seen}.${sparse ? ' NULL leaves the item out.' : ''}`,
    ...(shards > 1
      ? [
          `DECIDE: few values have many rows: each is spread over ${shards} partitions, and a Query asks all of them.`,
        ]
      : []),
  ];
}

function rowsText({ table }: DraftTable, estimates: Estimates): string {
  const rows = estimates.rows(table);
  if (rows === null) return 'never analysed';
  return rows === 1 ? '1 row' : `${count(rows)} rows`;
}

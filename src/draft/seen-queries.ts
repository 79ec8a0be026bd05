import type { ObservedQueries } from '../source/observed-queries.js';
import { findTable, type SourceSchema, type TableSchema, tableLabel } from '../source/source-schema.js';
import { type ReadQuery, readQuery, type SimpleQuery } from './read-query.js';
import { sameSet } from './roles.js';
import { tokensOf } from './tokens.js';

/** What the source was asked, sorted by what a draft can do with it. */
export interface SeenQueries {
  /** Of one table by values: they make access patterns. The most frequent first, names as the schema spells them. */
  readonly simple: readonly SimpleQuery[];
  /** Those that only a person can turn into one. */
  readonly listed: readonly ListedQuery[];
  /** Statements about these tables that are of no form that is read here. */
  readonly unread: number;
}

/** Plain JSON: `init --json` prints it. */
export interface ListedQuery {
  readonly sql: string;
  readonly calls: number;
  /** Milliseconds over all calls. */
  readonly totalMs: number;
  readonly why: string;
}

export const NO_QUERIES: SeenQueries = { simple: [], listed: [], unread: 0 };

/** Somebody looked something up by hand: no reason for an index that every write pays. */
const RARE = 10;
const MOST_LISTED = 20;
const LONGEST_SQL = 300;

/** Statements about other tables, the source's own catalog among them, are none of a draft's business. */
export function seenQueries(
  { queries }: Pick<ObservedQueries, 'queries'>,
  schema: SourceSchema,
  tables: readonly TableSchema[],
): SeenQueries {
  const simple: SimpleQuery[] = [];
  const listed: ListedQuery[] = [];
  let unread = 0;
  const labels = new Map<string, TableSchema>();
  for (const table of tables) {
    for (const label of [tableLabel(table, schema.defaultSchema), `${table.schema}.${table.name}`]) {
      labels.set(label.toLowerCase(), table);
    }
  }
  const find = (name: string): TableSchema | undefined => {
    const exact = findTable(schema, name);
    return exact !== undefined && tables.includes(exact) ? exact : labels.get(name.toLowerCase());
  };
  for (const { sql, calls, totalMs } of queries) {
    const query = readQuery(sql);
    if (query === null) {
      if (namesOne(sql, find)) unread += 1;
      continue;
    }
    const table = find(query.table);
    if (table === undefined) {
      if (query.joined.some((name) => find(name) !== undefined)) unread += 1;
      continue;
    }
    const label = tableLabel(table, schema.defaultSchema);
    const named = spelled(query, table);
    const why =
      named === null && query.joined.length === 0
        ? 'It names columns that the table has not.'
        : whyListed(named ?? query, label, isKey(query.equals, table) ? RARE : calls);
    if (named !== null && why === null) simple.push({ ...named, table: label, calls, sql });
    else listed.push({ sql: shortened(sql), calls, totalMs: Math.round(totalMs), why: why ?? '' });
  }
  return { simple, listed, unread };
}

/** What stands at the end of the draft: what was seen and is not in it, or why nothing was seen. */
export function aboutSeen(
  { listed, unread }: SeenQueries,
  { from, unreadable }: ObservedQueries,
): readonly string[] {
  const lines: string[] = [];
  if (unreadable !== null) {
    lines.push(`What the application asks was not read in full: ${unreadable.why}.`, `  ${unreadable.hint}`);
  }
  if (listed.length > 0) lines.push(`DECIDE: also seen in ${from}, and in no access pattern:`);
  for (const { sql, calls, totalMs, why } of listed.slice(0, MOST_LISTED)) {
    lines.push(`  ${times(calls)}, ${totalMs.toLocaleString('en-US')} ms: ${sql}`, `    ${why}`);
  }
  if (listed.length > MOST_LISTED) lines.push(`  and ${listed.length - MOST_LISTED} less frequent ones.`);
  if (unread > 0) {
    lines.push(
      `${unread} more ${unread === 1 ? 'statement' : 'statements'} about these tables (subqueries, unions, functions) could not be read.`,
    );
  }
  return lines;
}

/** The draft asks by these columns anyway. */
function isKey(columns: readonly string[], { primaryKey, foreignKeys }: TableSchema): boolean {
  return [primaryKey ?? [], ...foreignKeys.map((key) => key.columns)].some((key) => sameSet(key, columns));
}

/** What has to be decided of a query that no key answers by itself; null where one does. */
function whyListed(query: ReadQuery, label: string, calls: number): string | null {
  const { joined, equals, besides, aggregates } = query;
  if (joined.length > 0) {
    return `It joins ${joined.join(', ')}: join in what it shows of them, or read item collections.`;
  }
  if (aggregates)
    return 'It counts or sums: keep the result on an item (count, sum of an embed), or count a Query.';
  if (equals.length === 0 && besides.some((term) => / or /.test(term))) {
    return 'It has an OR: ask one Query for each side.';
  }
  if (equals.length === 0) {
    return `It has no column of one value, so it would be a scan of ${label}: ask by one, or leave it to another store.`;
  }
  return calls < RARE ? `Seen fewer than ${RARE} times: an index key costs a write of every item.` : null;
}

/** The columns as the schema spells them; null where it has one of them not. */
function spelled(query: ReadQuery, { columns }: TableSchema): ReadQuery | null {
  const own = (name: string) =>
    columns.find((column) => column.name === name) ??
    columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
  const equals = query.equals.flatMap((name) => own(name)?.name ?? []);
  const orderBy = query.orderBy.flatMap(({ column, descending }) => {
    const found = own(column);
    return found === undefined ? [] : [{ column: found.name, descending }];
  });
  if (equals.length < query.equals.length) return null;
  // Ordered by an expression with a name of its own: found in any order.
  return { ...query, equals, orderBy: orderBy.length < query.orderBy.length ? [] : orderBy };
}

function namesOne(sql: string, find: (name: string) => TableSchema | undefined): boolean {
  const words = (tokensOf(sql) ?? []).filter(({ kind }) => kind === 'word').map(({ text }) => text);
  if (words.some((word) => word.startsWith('pg_') || word === 'information_schema')) return false;
  return words.some((word) => find(word) !== undefined);
}

function shortened(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST_SQL ? `${line.slice(0, LONGEST_SQL)} …` : line;
}

function times(calls: number): string {
  return calls === 1 ? 'once' : `${calls.toLocaleString('en-US')} times`;
}

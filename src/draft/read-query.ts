import { readConditions } from './read-conditions.js';
import { columnAt, depthAt, isKeyword, isWord, type Token, tokensOf } from './tokens.js';

/** A query of one table by the values of columns: `SELECT … FROM orders WHERE customer_id = $1 ORDER BY placed_at LIMIT $2`. */
export interface SimpleQuery {
  /** As the query names it: `orders`, `sales.orders`. */
  readonly table: string;
  /** In the order of the text. */
  readonly equals: readonly string[];
  readonly orderBy: readonly { readonly column: string; readonly descending: boolean }[];
  readonly limited: boolean;
  readonly calls: number;
  readonly sql: string;
}

/** What a SELECT asks, as far as a Query of DynamoDB can answer it. */
export interface ReadQuery extends Pick<SimpleQuery, 'table' | 'equals' | 'orderBy' | 'limited'> {
  /** Further tables that it joins. */
  readonly joined: readonly string[];
  /** Conditions that no key answers, as the text has them. */
  readonly besides: readonly string[];
  /** It counts, sums or groups. */
  readonly aggregates: boolean;
}

const CLAUSES: ReadonlySet<string> = new Set([
  ...['where', 'group', 'having', 'order', 'limit', 'offset', 'fetch', 'for', 'window', 'union', 'intersect'],
  ...['except', 'into', 'procedure', 'lock'],
]);
const SUMMARIES: ReadonlySet<string> = new Set(['count', 'sum', 'min', 'max', 'avg']);
/** Statements within statements, and several of them. */
const UNREAD: ReadonlySet<string> = new Set(['union', 'intersect', 'except', 'with', 'window', 'into']);

/** Reads a statement whose values were taken out; null for any but one plain SELECT. */
export function readQuery(sql: string): ReadQuery | null {
  const all = tokensOf(sql)?.filter(({ text, quoted }) => quoted || text !== ';');
  if (all === undefined || !isKeyword(all[0], 'select')) return null;
  if (all.slice(1).some((token) => isKeyword(token, 'select') || (isWord(token) && UNREAD.has(token.text)))) {
    return null;
  }
  const from = all.findIndex((token, at) => isKeyword(token, 'from') && depthAt(all, at) === 0);
  if (from === -1) return null;
  const clauses = clausesOf(all.slice(from + 1));
  const tables = readTables(clauses.get('from') ?? []);
  const orderBy = readOrder(clauses.get('order') ?? []);
  if (tables === null || orderBy === null) return null;
  const [table = ''] = tables;
  const { equals, ranges, besides } = readConditions(clauses.get('where') ?? []);
  const summed = all
    .slice(1, from)
    .some((token, at) => isWord(token) && SUMMARIES.has(token.text) && all[at + 2]?.text === '(');
  return {
    table,
    joined: tables.slice(1),
    equals,
    // Rows of a range are found in its order, whatever order was asked.
    orderBy: ranges.length > 0 ? ranges.map((column) => orderOf(column, orderBy)) : orderBy,
    limited: clauses.has('limit') || clauses.has('fetch'),
    besides,
    aggregates: summed || isKeyword(all[1], 'distinct') || clauses.has('group') || clauses.has('having'),
  };
}

function orderOf(column: string, orderBy: SimpleQuery['orderBy']): SimpleQuery['orderBy'][number] {
  return orderBy.find((ordered) => ordered.column === column) ?? { column, descending: false };
}

/** The tokens of each clause behind FROM, without the word that begins it. */
function clausesOf(tokens: readonly Token[]): ReadonlyMap<string, readonly Token[]> {
  const clauses = new Map<string, Token[]>([['from', []]]);
  let current = clauses.get('from') ?? [];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(' && token.kind === 'sign') depth += 1;
    if (token.text === ')' && token.kind === 'sign') depth -= 1;
    if (depth === 0 && isWord(token) && CLAUSES.has(token.text)) {
      current = [];
      clauses.set(token.text, current);
    } else current.push(token);
  }
  return clauses;
}

/** `orders`, `sales.orders o`, and each behind JOIN or a comma; null where one is no table. */
function readTables(tokens: readonly Token[]): readonly string[] | null {
  const tables: string[] = [];
  let expected = true;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (expected) {
      if (isKeyword(token, 'only')) continue;
      if (token.kind !== 'word' || tokens[at + 1]?.text === '(') return null;
      const qualified = tokens[at + 1]?.text === '.' && tokens[at + 2]?.kind === 'word';
      tables.push(qualified ? `${token.text}.${tokens[at + 2]?.text}` : token.text);
      if (qualified) at += 2;
      expected = false;
    } else if (isKeyword(token, 'join') || isKeyword(token, 'straight_join') || isComma(tokens, at)) {
      expected = true;
    }
  }
  return expected ? null : tables;
}

/** A comma between tables, not one inside USING (a, b). */
function isComma(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.kind === 'sign' && tokens[at]?.text === ',' && depthAt(tokens, at) === 0;
}

/** `BY a, o.b DESC NULLS LAST`; null where it orders by more than columns. */
function readOrder(tokens: readonly Token[]): SimpleQuery['orderBy'] | null {
  const order: { column: string; descending: boolean }[] = [];
  let rest = tokens.slice(1);
  while (rest.length > 0) {
    const [column, used] = columnAt(rest);
    if (column === null) return null;
    const end = rest.findIndex(({ kind, text }) => kind === 'sign' && text === ',');
    const behind = rest.slice(used, end === -1 ? rest.length : end);
    if (!behind.every((token) => isWord(token) && DIRECTIONS.has(token.text))) return null;
    order.push({ column, descending: behind.some((token) => isKeyword(token, 'desc')) });
    rest = end === -1 ? [] : rest.slice(end + 1);
  }
  return order;
}

const DIRECTIONS: ReadonlySet<string> = new Set(['asc', 'desc', 'nulls', 'first', 'last']);

import type { Aggregate, ColumnRef, JoinQuery } from '../../source/row-query.js';
import type { Column, SourceSchema, TableSchema } from '../../source/source-schema.js';
import { nearest } from '../../support/nearest.js';
import type { ColumnLookup } from '../key/key-template.js';
import { suggestion } from '../problem-list.js';
import type { DanglingCheck } from '../resolved-mapping.js';
import type { ResolvedColumn } from '../template.js';
import { keyTypeOf } from './foreign-keys.js';
import type { Join, Joins } from './resolve-join.js';
import { columnOf, unknownColumn } from './source-names.js';

/** A problem that was already reported where the join is: not to be said again at each use. */
export const REPORTED = { problem: '', fix: null } as const;

/** The cells of one query's rows: each column that something asks for once, in the order of asking. */
export class QueryColumns {
  readonly #table: TableSchema;
  readonly #joins: Joins;
  readonly #schema: SourceSchema;
  readonly #cells = new Map<string, ResolvedColumn>();
  readonly #aggregates: Aggregate[] = [];

  constructor(table: TableSchema, joins: Joins, schema: SourceSchema) {
    this.#table = table;
    this.#joins = joins;
    this.#schema = schema;
  }

  /** For templates: the cell of `column` or `join.column`, which the query reads from now on. */
  readonly find: ColumnLookup = (path, name) => {
    const join = this.#joins.get(path);
    if (path !== '' && join === undefined) {
      const names = [...this.#joins.keys()];
      return { problem: `there is no join ${path}`, fix: suggestion(nearest(path, names), 'joins', names) };
    }
    if (join === null) return REPORTED;
    const table = join?.table ?? this.#table;
    const column = columnOf(table, name);
    if (column !== null) return this.take(path, column);
    const { message, fix } = unknownColumn(table, name, this.#schema);
    const isJoin = path === '' && this.#joins.has(name);
    return { problem: message, fix: isJoin ? `Name a column of the join: ${name}.<column>.` : fix };
  };

  take(path: string, column: Column): ResolvedColumn {
    const key = `${path}.${column.name}`;
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    const table = this.#joins.get(path)?.table ?? this.#table;
    const keyType = keyTypeOf(table, column, this.#schema);
    const cell = { cell: this.#cells.size, path, column, keyType };
    this.#cells.set(key, cell);
    return cell;
  }

  /** The place of an aggregate among the cells behind the columns. */
  takeAggregate(aggregate: Aggregate): number {
    const text = JSON.stringify(aggregate);
    const known = this.#aggregates.findIndex((taken) => JSON.stringify(taken) === text);
    if (known >= 0) return known;
    this.#aggregates.push(aggregate);
    return this.#aggregates.length - 1;
  }

  get aggregates(): readonly Aggregate[] {
    return this.#aggregates;
  }

  has(path: string, column: string): boolean {
    return this.#cells.has(`${path}.${column}`);
  }

  get refs(): readonly ColumnRef[] {
    return [...this.#cells.values()].map(({ path, column }) => ({ path, column }));
  }

  /** The joins whose columns are read, and those they hang on. */
  get used(): readonly Join[] {
    const needed = new Set<string>();
    for (const { path } of this.#cells.values()) {
      for (let at = path; at !== ''; at = this.#joins.get(at)?.parent ?? '') needed.add(at);
    }
    return [...this.#joins.values()].filter(
      (join) => join !== null && needed.has(join.name),
    ) as readonly Join[];
  }

  get joins(): readonly JoinQuery[] {
    return this.used.map(({ name, parent, table, on }) => ({
      path: name,
      parent,
      table: { schema: table.schema, name: table.name },
      on,
    }));
  }

  /** Takes what it needs to see that a parent is missing: both sides of each key. */
  danglingChecks(): readonly DanglingCheck[] {
    return this.used.flatMap(({ name, parent, table, on }) => {
      const own = this.#joins.get(parent)?.table ?? this.#table;
      const local = on.map((pair) => columnOf(own, pair.local));
      const [remote] = on.map((pair) => columnOf(table, pair.remote));
      if (local.includes(null) || remote === undefined || remote === null) return [];
      const cells = local.filter((column) => column !== null).map((column) => this.take(parent, column).cell);
      return [{ path: name, local: cells, remote: this.take(name, remote).cell }];
    });
  }
}

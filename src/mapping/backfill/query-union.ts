import type {
  Aggregate,
  ColumnRef,
  EmbedQuery,
  EntityQuery,
  GroupCell,
  JoinQuery,
} from '../../source/row-query.js';
import { canonicalJson } from '../document/document-digest.js';
import { type Move, moveCondition, moveTemplate } from '../move-columns.js';
import type { AttributeSource, ResolvedCopy, ResolvedEntity } from '../resolved-mapping.js';
import type { ResolvedColumn } from '../template.js';

/**
 * One query over a table for several entities that read it, so that one reading of a row is enough for all of them.
 * It reads what their copies need, each column, number and list of children once.
 */
export class QueryUnion {
  readonly #first: EntityQuery;
  readonly #columns: ColumnRef[];
  readonly #joins: JoinQuery[] = [];
  readonly #aggregates: Aggregate[] = [];
  readonly #embeds: EmbedQuery[] = [];
  readonly #cells: GroupCell[] = [];

  /** Table, `where` and identity are those of `first`. */
  constructor(first: EntityQuery) {
    this.#first = first;
    this.#columns = first.identity.map((column) => ({ path: '', column }));
  }

  /** The entity with these copies alone, for the rows of `query` as it is once all have been added. */
  add(entity: ResolvedEntity, copies: readonly ResolvedCopy[]): ResolvedEntity {
    const { query } = entity;
    const move: Move = (column) => this.#column(column, query);
    const used = [...new Set(copies.flatMap(({ attributes }) => attributes))].sort((a, b) => a - b);
    return {
      ...entity,
      attributes: used.flatMap((at) => {
        const attribute = entity.attributes[at];
        return attribute === undefined
          ? []
          : [{ ...attribute, value: this.#value(attribute.value, query, move) }];
      }),
      copies: copies.map((copy) => ({
        ...copy,
        pk: moveTemplate(copy.pk, move),
        sk: moveTemplate(copy.sk, move),
        indexes: copy.indexes.map(({ index, pk, sk }) => ({
          index,
          pk: moveTemplate(pk, move),
          sk: sk === null ? null : moveTemplate(sk, move),
        })),
        when: copy.when === null ? null : moveCondition(copy.when, move),
        collisions: copy.collisions === 'reject' ? 'reject' : { lastBy: move(copy.collisions.lastBy) },
        attributes: copy.attributes.map((at) => used.indexOf(at)),
      })),
      danglingChecks: [],
    };
  }

  get query(): EntityQuery {
    const { groups, ...first } = this.#first;
    return {
      ...first,
      ...(groups === undefined ? {} : { groups: { by: groups.by, cells: this.#cells } }),
      columns: this.#columns,
      joins: this.#joins,
      aggregates: this.#aggregates,
      embeds: this.#embeds,
    };
  }

  #value(value: AttributeSource, query: EntityQuery, move: Move): AttributeSource {
    switch (value.kind) {
      case 'column':
        return { ...value, column: move(value.column) };
      case 'template':
        return { ...value, template: moveTemplate(value.template, move) };
      case 'derive':
        return { ...value, columns: value.columns.map(move) };
      case 'count':
      case 'embed':
        return { ...value, embed: this.#embed(query.embeds[value.embed]) };
      case 'aggregate':
        return { ...value, cell: place(this.#aggregates, query.aggregates[value.cell], (one) => one) };
      case 'constant':
        return value;
    }
  }

  #column(column: ResolvedColumn, query: EntityQuery): ResolvedColumn {
    const path = this.#path(column.path, query.joins);
    const own = path === '' ? this.#groupCell(column, query) : column.column;
    const cell = place(this.#columns, { path, column: own }, (ref) => [ref.path, ref.column.name]);
    return { ...column, path, column: own, cell };
  }

  #groupCell({ column }: ResolvedColumn, { groups }: EntityQuery): ResolvedColumn['column'] {
    const cell = groups?.cells.find(({ name }) => name === column.name);
    if (cell === undefined) return column;
    const at = place(this.#cells, cell, ({ kind, column: of }) => [kind, of?.name ?? null]);
    const name = `${cell.kind} ${at}`;
    this.#cells[at] = { ...cell, name };
    return { ...column, name };
  }

  /** The join that leads to the same parent by the same keys, whatever it is called. */
  #path(path: string, joins: readonly JoinQuery[]): string {
    const join = joins.find((candidate) => candidate.path === path);
    if (join === undefined) return '';
    const parent = this.#path(join.parent, joins);
    const way = (one: JoinQuery) => canonicalJson([one.parent, one.table, one.on]);
    const known = this.#joins.find((one) => way(one) === way({ ...join, parent }));
    if (known !== undefined) return known.path;
    const name = free(
      path,
      this.#joins.map((one) => one.path),
    );
    this.#joins.push({ ...join, parent, path: name });
    return name;
  }

  #embed(embed: EmbedQuery | undefined): number {
    const known = embed === undefined ? undefined : { ...embed, name: '' };
    const at = this.#embeds.findIndex((one) => canonicalJson({ ...one, name: '' }) === canonicalJson(known));
    if (at >= 0 || embed === undefined) return at;
    const name = free(
      embed.name,
      this.#embeds.map((one) => one.name),
    );
    return this.#embeds.push({ ...embed, name }) - 1;
  }
}

/** Where the one that is equal to it stands, put at the end where there is none. */
function place<One>(list: One[], one: One | undefined, tell: (one: One) => unknown): number {
  if (one === undefined) throw new TypeError('the query does not have what its entity reads');
  const text = canonicalJson(tell(one));
  const known = list.findIndex((other) => canonicalJson(tell(other)) === text);
  return known >= 0 ? known : list.push(one) - 1;
}

function free(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? free(`${name}'`, taken) : name;
}

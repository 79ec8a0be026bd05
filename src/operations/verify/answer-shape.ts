import type { WireItem } from '../../item/attribute-value.js';
import { compileAttribute, type WriteAttribute } from '../../mapping/compile/compile-attribute.js';
import { lineageText } from '../../mapping/lineage.js';
import type { ResolvedAttribute, ResolvedEntity } from '../../mapping/resolved-mapping.js';
import { cellText } from '../../mapping/value/canonical-text.js';
import type { Encoding } from '../../mapping/value/encode-value.js';
import type { Cell, Row, SelectedColumn } from '../../source/source.js';

/** A row of the SQL as its item would have it. */
export interface AnswerRow {
  /** Lineage; null where a part of the root's key is NULL. */
  readonly row: string | null;
  /** The attributes that are compared. */
  readonly item: WireItem;
}

interface Compared {
  readonly name: string;
  /** Position in the answer. */
  readonly from: number;
  /** Position in a row of the entity. */
  readonly to: number;
  readonly write: WriteAttribute;
}

/** How the columns of an answer become the attributes of an entity's items, typed as the mapping types them. */
export class AnswerShape {
  readonly ignored: readonly string[];
  readonly #entity: ResolvedEntity;
  readonly #identity: readonly number[];
  readonly #compared: readonly Compared[];

  private constructor(
    entity: ResolvedEntity,
    identity: readonly number[],
    compared: readonly Compared[],
    ignored: readonly string[],
  ) {
    this.#entity = entity;
    this.#identity = identity;
    this.#compared = compared;
    this.ignored = ignored;
  }

  /** A text: what of the answer keeps it from being compared. */
  static of(entity: ResolvedEntity, columns: readonly SelectedColumn[]): AnswerShape | string {
    const twice = columns.find(({ name }, at) => columns.findIndex((one) => alike(one.name, name)) !== at);
    if (twice !== undefined) return `the sql has two columns ${twice.name}: name one of them otherwise`;
    const identity: number[] = [];
    for (const { name } of entity.query.identity) {
      const at = columns.findIndex((column) => alike(column.name, name));
      if (at < 0) return `the sql has no column ${name}, which tells which row an item is of`;
      identity.push(at);
    }
    const compared = entity.attributes.flatMap((attribute) => comparedBy(attribute, entity, columns));
    const used = new Set([...identity, ...compared.map(({ from }) => from)]);
    const ignored = columns.filter((_, at) => !used.has(at)).map(({ name }) => name);
    return new AnswerShape(entity, identity, compared, ignored);
  }

  get compared(): readonly string[] {
    return this.#compared.map(({ name }) => name);
  }

  read(row: Row): AnswerRow {
    const key = this.#identity.map((at) => row[at] ?? null);
    const cells = new Array<Cell>(this.#entity.query.columns.length).fill(null);
    const tree = { row: cells, children: [], overflow: false };
    const encoding: Encoding = { bytes: 0, failure: null };
    // One after the other: several attributes may be made of one column, and the SQL have a column for each.
    const texts = this.#compared.map(({ from, to, write }) => {
      cells[to] = row[from] ?? null;
      const text = write(tree, encoding);
      cells[to] = null;
      return text;
    });
    const item = JSON.parse(`{${texts.join('').slice(1)}}`) as WireItem;
    if (key.includes(null)) return { row: null, item };
    const origin = { table: this.#entity.tableLabel, key: key.map((cell) => cellText(cell ?? '')) };
    return { row: lineageText(origin), item };
  }
}

/**
 * A column of the attribute's own name, or of that of the column it is made of; one whose text is not exact is none. Of an
 * attribute that `as` turns into something else only the latter: a column of its own name has its value already.
 */
function comparedBy(
  attribute: ResolvedAttribute,
  { query }: ResolvedEntity,
  columns: readonly SelectedColumn[],
): readonly Compared[] {
  const { name, value } = attribute;
  if (value.kind !== 'column') return [];
  const { cell, column, path } = value.column;
  const find = (wanted: string) => columns.findIndex((one) => one.exact && alike(one.name, wanted));
  const own = value.as === null ? find(name) : -1;
  const from = own >= 0 || path !== '' ? own : find(column.name);
  if (from < 0) return [];
  const write = compileAttribute(attribute, { level: 0, columns: query.columns.length });
  return [{ name, from, to: cell, write }];
}

/** `placedAt`, `placed_at` and `PLACED_AT` are one name. */
function alike(one: string, other: string): boolean {
  const plain = (name: string) => name.replaceAll('_', '').toLowerCase();
  return plain(one) === plain(other);
}

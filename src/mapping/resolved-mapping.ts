import type { IndexKey } from '../item/key-attribute.js';
import type { EntityQuery } from '../source/row-query.js';
import type { ColumnType } from '../source/source-schema.js';
import type { DerivedAttribute } from './derive.js';
import type { AttributeType, Bound, OversizePolicy, Scalar, ZeroDate } from './mapping.js';
import type { ResolvedColumn, ResolvedTemplate } from './template.js';

/**
 * The mapping after every name in it has been found in the source schema: no text is left to look up,
 * defaults are filled in. Made by `resolve-mapping.ts`, compiled by `compile-mapping.ts`.
 */
export interface ResolvedMapping {
  readonly table: ResolvedTable;
  readonly entities: readonly ResolvedEntity[];
}

export interface ResolvedTable {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly indexes: readonly ResolvedIndex[];
  readonly timeToLive: string | null;
  /** What becomes of items whose time to live is past when a run begins; absent: they are written. */
  readonly expired?: 'skip' | 'write';
  readonly entityAttribute: string;
  readonly lineageAttribute: string;
}

export interface ResolvedIndex {
  readonly name: string;
  readonly partitionKey: IndexKey;
  readonly sortKey: IndexKey | null;
  /** A local secondary index: it shares the table's partition key. */
  readonly local?: boolean;
  /** `include` names the further attributes; keys of table and index are always projected. */
  readonly projection:
    | { readonly kind: 'all' }
    | { readonly kind: 'keysOnly' }
    | { readonly kind: 'include'; readonly attributes: readonly string[] };
}

export interface ResolvedEntity {
  readonly name: string;
  /** The root table as lineage and rejects name it (`orders`). */
  readonly tableLabel: string;
  readonly query: EntityQuery;
  /** In canonical order, which is the order on the item. */
  readonly attributes: readonly ResolvedAttribute[];
  readonly copies: readonly ResolvedCopy[];
  /** Joins whose parent may be missing although the foreign key is set. */
  readonly danglingChecks: readonly DanglingCheck[];
}

/** The parent is missing when all `local` cells are set and the `remote` cell is NULL. */
export interface DanglingCheck {
  readonly path: string;
  readonly local: readonly number[];
  readonly remote: number;
}

export interface ResolvedAttribute {
  readonly name: string;
  readonly value: AttributeSource;
  readonly nulls: 'omit' | 'null';
  /** Default `reject`. */
  readonly zeroDate?: ZeroDate;
}

export type AttributeSource =
  | { readonly kind: 'column'; readonly column: ResolvedColumn; readonly as: AttributeType | null }
  /**
   * S, except that a template of exactly one placeholder keeps the type of its (transformed) value
   * (`{created_at | epochSeconds}` is N). A NULL part leaves the attribute off. Placeholders render plainly,
   * not as key components.
   */
  | { readonly kind: 'template'; readonly template: ResolvedTemplate }
  /** `embed` is the index in `query.embeds` and in `RowTree.children`. */
  | { readonly kind: 'embed'; readonly embed: number; readonly shape: ResolvedShape }
  | { readonly kind: 'constant'; readonly value: Constant }
  | ResolvedDerive
  | { readonly kind: 'count'; readonly embed: number }
  /** The `cell`-th of the cells behind the columns of the query; with `type` null, a number of whatever size. */
  | { readonly kind: 'aggregate'; readonly cell: number; readonly type: ColumnType | null };

/** `names` are those of `columns` in the mapping; `place` is where the function stands: `entities.Order.attributes.a`. */
export interface ResolvedDerive {
  readonly kind: 'derive';
  readonly columns: readonly ResolvedColumn[];
  readonly names: readonly string[];
  readonly derive: DerivedAttribute['derive'];
  readonly as: 'string' | 'number' | null;
  /** It is time to live: whole seconds. */
  readonly whole: boolean;
  readonly place: string;
}

/** `text` of N is canonical and fits DynamoDB. */
export type Constant =
  | { readonly type: 'S' | 'N'; readonly text: string }
  | { readonly type: 'BOOL'; readonly value: boolean };

/** How the children of an embed are held. */
export type ResolvedShape =
  | { readonly kind: 'list' | 'one'; readonly value: ChildValue }
  | { readonly kind: 'map'; readonly by: ResolvedColumn; readonly value: ChildValue }
  | { readonly kind: 'set'; readonly column: ResolvedColumn; readonly type: 'SS' | 'NS' | 'BS' };

/** What is held of a child. */
export type ChildValue =
  /** `columns`: the cells of its row before those of aggregates. */
  | { readonly kind: 'map'; readonly attributes: readonly ResolvedAttribute[]; readonly columns: number }
  | { readonly kind: 'column'; readonly column: ResolvedColumn; readonly nulls: 'omit' | 'null' };

export interface ResolvedCopy {
  readonly name: string;
  readonly pk: ResolvedTemplate;
  readonly sk: ResolvedTemplate;
  readonly indexes: readonly ResolvedIndexKey[];
  readonly when: ResolvedCondition | null;
  readonly whenNull: 'reject' | 'skip';
  readonly oversize: OversizePolicy;
  /** What becomes of rows that make one key: all are rejected, or the last by this column is kept. */
  readonly collisions: 'reject' | { readonly lastBy: ResolvedColumn };
  /** Positions in the entity's `attributes`, ascending. */
  readonly attributes: readonly number[];
}

export interface ResolvedIndexKey {
  readonly index: ResolvedIndex;
  readonly pk: ResolvedTemplate;
  readonly sk: ResolvedTemplate | null;
}

export type ResolvedCondition =
  | { readonly kind: 'in'; readonly column: ResolvedColumn; readonly values: readonly Scalar[] }
  | {
      readonly kind: 'range';
      readonly column: ResolvedColumn;
      readonly bounds: readonly (readonly [Bound, Scalar])[];
    }
  | { readonly kind: 'isNull'; readonly column: ResolvedColumn; readonly isNull: boolean }
  | { readonly kind: 'all' | 'any'; readonly conditions: readonly ResolvedCondition[] }
  | { readonly kind: 'not'; readonly condition: ResolvedCondition };

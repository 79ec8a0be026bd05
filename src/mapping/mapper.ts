import type { Item } from '../item/item.js';
import type { Reject } from '../item/reject.js';
import type { EntityQuery } from '../source/row-query.js';
import type { RowTree } from '../source/source.js';

/** Where a mapper puts what it makes of rows; the caller reuses or replaces it. */
export interface Mapped {
  readonly items: Item[];
  readonly rejects: Reject[];
  /** Copies left out by `when`, `whenNull: skip` or an expired time to live. */
  skipped: number;
  /** Epoch second: items whose time to live is not after it are left out. Absent: none are. */
  expiredAt?: number;
  /** Joined parents that a foreign key names and that do not exist. */
  dangling: number;
}

export function nothingMapped(): Mapped {
  return { items: [], rejects: [], skipped: 0, dangling: 0 };
}

/** A mapping compiled against a source schema. Pure: the same row always makes the same items. */
export interface Mapper {
  readonly entities: readonly EntityMapper[];
}

export interface EntityMapper {
  readonly entity: string;
  /** In the document's order; the first is the primary. */
  readonly copies: readonly string[];
  /** What the source has to read for it. */
  readonly query: EntityQuery;
  /**
   * Appends the row's items and rejects to `into`: for each copy exactly one of item, reject, skipped. A copy with
   * `oversize: split` may make several items of one row. Never throws for data.
   */
  map(tree: RowTree, into: Mapped): void;
}

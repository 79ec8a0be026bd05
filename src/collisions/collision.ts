/** One of the items that have the same key. */
export interface CollisionSource {
  readonly entity: string;
  readonly copy: string;
  /** As the lineage attribute holds it: `orders#42`. */
  readonly source: string;
}

/** A table key that several items have. Plain JSON: the run keeps one a line. */
export interface Collision {
  /** Canonical key: DynamoDB JSON of the key attributes. */
  readonly key: string;
  /** How many items have it. */
  readonly items: number;
  /** The first of them, at most `SOURCES_KEPT`, by entity, copy and source key. */
  readonly sources: readonly CollisionSource[];
  /** The one that the mapping's `lastBy` keeps; null: all are rejected. */
  readonly winner: CollisionSource | null;
  /** Another key has the same digest: this one is told by its text. */
  readonly exact: boolean;
}

export const SOURCES_KEPT = 5;

/** What a pass over the keys looked at. Plain JSON. */
export interface CollisionSummary {
  /** `Entity.copy`, those whose keys are not proved to be unique. */
  readonly copies: readonly string[];
  readonly rows: number;
  /** Keys compared. */
  readonly keys: number;
  readonly collidingKeys: number;
  /** Items that are rejected, and that `lastBy` leaves out. */
  readonly rejected: number;
  readonly leftOut: number;
  readonly durationMs: number;
}

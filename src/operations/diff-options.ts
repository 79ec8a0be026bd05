import type { Collision } from '../collisions/collision.js';
import type { Sink } from '../sink/sink.js';
import type { Difference } from './diff-report.js';
import type { DiffRun } from './diff-run.js';
import type { SampleOfItems } from './diff-sample.js';
import type { Prepared } from './prepare.js';
import type { ReadingOptions } from './reading-options.js';

export interface DiffOptions extends ReadingOptions {
  /** Read only, unless it is to be repaired: its writer is never opened. */
  readonly sink: Sink;
  /**
   * Puts what is missing and changes what is different, attributes that the mapping owns and no others, each on
   * condition that the item still is what was seen. Default: look only.
   */
  readonly repair?: { readonly maxWriteUnits?: number | undefined } | undefined;
  /** Compares so many of the items that the rows make, chosen by chance. Default: all of both sides. */
  readonly sample?: SampleOfItems | undefined;
  /** Read units a second of the Scan to stay below; default: what the table gives. */
  readonly maxReadUnits?: number | undefined;
  /** Differences of each kind that the report holds; default 5. */
  readonly samples?: number | undefined;
  /** Given every difference, one after the other. */
  readonly onDifference?: ((difference: Difference) => Promise<void>) | undefined;
  /** Given every key that several items have, before the first difference. */
  readonly onCollision?: ((collision: Collision) => Promise<void>) | undefined;
  /** For temporary files; default: the system's place for them. */
  readonly scratch?: string | undefined;
  /** Keeps what is read, so that another process can go on with it; not with `sample`. Default: nothing is kept. */
  readonly run?: DiffRun | undefined;
  /** Default: that of `run`, else prepared anew. For a caller that has done it itself, of the same mapping, source and entities. */
  readonly prepared?: Prepared | undefined;
}

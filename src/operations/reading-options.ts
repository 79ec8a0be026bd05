import type { Meter } from '../pipeline/meter.js';
import type { Consistency } from '../source/source.js';
import type { Logger } from '../support/log.js';
import type { Prepared, PrepareOptions } from './prepare.js';
import type { Selection } from './selection.js';

/** Of every verb that reads the rows of a mapping. */
export interface ReadingOptions extends Omit<PrepareOptions, 'schemas'> {
  /** Chunks read at once; default 4. */
  readonly sourceConcurrency?: number | undefined;
  /** Milliseconds that the source may be away while rows are read; default ten minutes. */
  readonly sourcePatienceMs?: number | undefined;
  /** Counts while the verb goes on, for a display. */
  readonly meter?: Meter | undefined;
  /** Told once the mapping is prepared and before rows are read. */
  readonly onPrepared?: ((prepared: Prepared) => void) | undefined;
  readonly log?: Logger | undefined;
}

/** Which of the rows, and how they are cut and held still. */
export interface SelectedRows {
  readonly selection?: Selection | undefined;
  /** Rows of a chunk; default 10,000. */
  readonly chunkSize?: number | undefined;
  /** One moment for all rows, or one for each chunk; default `snapshot`. */
  readonly consistency?: Consistency | undefined;
}

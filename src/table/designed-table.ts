import type { ResolvedTable } from '../mapping/resolved-mapping.js';

/** The part of a mapping that says how its table is made. */
export type DesignedTable = Pick<
  ResolvedTable,
  'name' | 'partitionKey' | 'sortKey' | 'indexes' | 'timeToLive'
>;

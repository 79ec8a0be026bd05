import { HAZARDS, type Hazard } from '../mapping/hazards.js';
import type { ColumnPolicy } from './draft.js';

/**
 * What keeps values that a column really holds from being rejects; null where nothing of the attribute does (a too
 * long key, a too large item). Everything but zero dates stays as it is, as text.
 */
export function choosePolicy(hazards: readonly Hazard[]): ColumnPolicy | null {
  const ofAttribute = hazards.filter((hazard) => !NOT_OF_ATTRIBUTES.has(hazard));
  if (ofAttribute.length === 0) return null;
  const why = ofAttribute.map((hazard) => HAZARDS[hazard].says).join(' and ');
  if (ofAttribute.every((hazard) => hazard === 'zeroDates')) return { zeroDate: 'omit', why };
  return { as: ofAttribute.every((hazard) => hazard === 'notBoolean') ? 'number' : 'string', why };
}

const NOT_OF_ATTRIBUTES: ReadonlySet<Hazard> = new Set(['large', 'nulls', 'longPartitionKey', 'longSortKey']);

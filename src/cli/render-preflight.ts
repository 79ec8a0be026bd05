import type { Preflight } from '../table/capacity/foresee-load.js';
import { duration, table } from './table.js';

/** How the load will go on the table as it is, part by part, and what to set before. */
export function renderPreflight(preflight: Preflight | null): string {
  if (preflight === null) return '';
  const { parts, seconds, findings, quota } = preflight;
  const rows = parts.map(({ index, unitsPerSecond, origin, writeUnits, seconds: own }) => [
    index === null ? 'table' : `index ${index}`,
    writeUnits,
    unitsPerSecond ?? 'not there',
    origin ?? '-',
    own === null ? '-' : duration(own * 1_000),
  ]);
  const head = ['part', 'write units', 'units/s', 'by', 'at least'];
  const allowed = quota === null ? '' : `; the account allows ${quota.toLocaleString('en-US')} units/s`;
  return `${titleOf(preflight)}\n${table(head, rows)}At least ${duration(seconds * 1_000)} in all${allowed}.\n${findings
    .map(({ message, next }) => `- ${message}.\n  Next: ${next}.\n`)
    .join('')}`;
}

function titleOf({ table: name, region, mode }: Preflight): string {
  return `Loading ${name} in ${region} as it is${mode === null ? '' : ` (${mode})`}`;
}

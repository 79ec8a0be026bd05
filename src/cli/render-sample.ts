import type { PlanReport } from '../operations/plan-report.js';
import { bytes, count, table } from './table.js';

type Sample = NonNullable<PlanReport['sample']>;
type Estimate = Sample['totals']['rows'];

/** What a sample says of all rows, above what it holds itself; nothing for a plan of all rows. */
export function renderSample(sample: PlanReport['sample']): string {
  if (sample === null) return '';
  const line = (name: string, chunks: string, totals: Sample['totals']) => [
    name,
    chunks,
    ...[totals.rows, totals.items].map((one) => about(one, count)),
    ...[totals.bytes, totals.storageBytes].map((one) => about(one, bytes)),
    ...[totals.writeUnits, totals.rejects].map((one) => about(one, count)),
  ];
  const rows = sample.entities.map(({ entity, chunksRead, chunks, totals }) =>
    line(entity, `${count(chunksRead)} of ${count(chunks)}`, totals),
  );
  const head = ['entity', 'chunks read', 'rows', 'items', 'bytes', 'stored', 'write units', 'rejects'];
  return `Estimated from ${sample.percent} % of the chunks (seed ${sample.seed}): all rows, with intervals that hold 19 times of 20
${table(head, [...rows, line('all', '', sample.totals)])}
What follows is of the rows that were read; time and cost are of the upper ends.
`;
}

/** `12,000 ± 300`; exact numbers by themselves. */
function about({ value, high }: Estimate, show: (value: number) => string): string {
  return high === value ? show(value) : `${show(value)} ± ${show(high - value)}`;
}

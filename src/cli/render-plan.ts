import { HAZARDS } from '../mapping/hazards.js';
import type { PlanReport } from '../operations/plan-report.js';
import type { MigrationError } from '../support/error.js';
import { renderCollisions } from './render-collisions.js';
import { renderCost } from './render-cost.js';
import { renderPartitions } from './render-partitions.js';
import { renderPreflight } from './render-preflight.js';
import { renderSample } from './render-sample.js';
import { renderConsistency } from './render-snapshots.js';
import { bytes, count, duration, plural, table } from './table.js';

const PLAN_AGAIN =
  'If rows changed meanwhile, the counts may be off by those: the same command again counts them as of one moment.';

/** `excess`: why it must not be loaded, if so. */
export function renderPlan(
  report: PlanReport,
  mapping: string,
  excess: MigrationError | null = null,
): string {
  const { totals } = report;
  const rejects = report.entities.flatMap(({ entity, copies }) =>
    copies.flatMap((copy) =>
      copy.rejects.map((reject) => [entity, copy.copy, reject.code, reject.count, reject.example]),
    ),
  );
  const samples = report.entities.flatMap(({ entity, copies }) =>
    copies.flatMap((copy) =>
      copy.samples.map((sample) => `${entity}.${copy.copy}\n  ${JSON.stringify(sample)}\n`),
    ),
  );
  return [
    renderSample(report.sample),
    copiesTable(report),
    renderPartitions(report),
    renderCost(report.cost),
    renderPreflight(report.preflight),
    samples.length === 0 ? '' : `Sample items\n${samples.join('')}`,
    renderCollisions(report.collisions),
    report.collisions === null && report.unprovedCopies.length > 0
      ? `Not compared, for only a part of the rows was planned: the keys of ${report.unprovedCopies.join(', ')}\n`
      : '',
    renderMeasures(report.measures),
    renderConsistency(report, PLAN_AGAIN),
    rejects.length === 0
      ? ''
      : `Would be rejected\n${table(['entity', 'copy', 'code', 'items', 'first of them'], rejects)}`,
    `${plural(totals.rows, 'row')} → ${plural(totals.items, 'item')}, ${bytes(totals.bytes)}, ${count(totals.writeUnits)} write units` +
      `, ${bytes(totals.storageBytes)} stored (indexes included); ${count(totals.rejects)} would be rejected${report.sample === null ? '' : ' (of the sample)'}. Nothing was written. ${duration(report.durationMs)}\n`,
    excess !== null
      ? `${excess.message}.\n${excess.hint ?? ''}\n`
      : totals.rejects > 0
        ? 'Next: mend the rejects in the mapping or in the rows; the reject log of migrate will name each of them.\n'
        : `Next: tablefold table create --mapping ${mapping}, then tablefold migrate --mapping ${mapping}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function copiesTable({ entities }: PlanReport): string {
  const rows = entities.flatMap(({ entity, rows: read, copies }) =>
    copies.map((copy, position) => [
      position === 0 ? entity : '',
      position === 0 ? read : '',
      copy.copy,
      copy.items,
      copy.bytes === null
        ? '-'
        : `${copy.bytes.min} / ${copy.bytes.median} / ${copy.bytes.p99} / ${copy.bytes.max}`,
      bytes(copy.totalBytes),
      copy.writeUnits.table,
      Object.entries(copy.writeUnits.indexes)
        .map(([index, units]) => `${index} ${count(units)}`)
        .join(', ') || '-',
    ]),
  );
  const head = [
    'entity',
    'rows',
    'copy',
    'items',
    'bytes min / median / p99 / max',
    'total',
    'write units',
    'of indexes',
  ];
  return table(head, rows);
}

/** What is lost by what the rows hold; silent about what fits. */
function renderMeasures(measures: PlanReport['measures']): string {
  if (measures === null) return '';
  const columns = (of: NonNullable<PlanReport['measures']>) => {
    const names = new Set(of.map((one) => `${one.table}.${one.column}`));
    return plural(names.size, 'column');
  };
  const lost = measures.filter(({ verdict }) => verdict === 'rejects');
  const measured = measures.filter(({ rows }) => rows !== null);
  const spelled = renderSpellings(measured);
  if (lost.length === 0) {
    return measured.length === 0
      ? ''
      : `Measured ${columns(measured)} at risk: every value fits.\n${spelled}`;
  }
  const rows = lost.map((risk) => [
    risk.entity,
    risk.target,
    `${risk.table}.${risk.column} ${risk.type}`,
    risk.hazards
      .flatMap((hazard, position) => {
        const found = risk.found[hazard] ?? 0;
        const many =
          'longest' in HAZARDS[hazard] ? `${count(risk.extremes.longest ?? 0)} bytes` : count(found);
        return found === 0 || hazard === 'spellings' ? [] : [`${risk.canHold[position]}: ${many}`];
      })
      .join(', '),
    risk.policies.join(' or ') || '-',
  ]);
  const head = ['entity', 'goes to', 'column', 'rows hold', 'kept or left out by'];
  return `Values that DynamoDB cannot hold, counted by the source\n${table(head, rows)}${spelled}`;
}

/** Keys that are apart although the source takes their values for one. */
function renderSpellings(measured: NonNullable<PlanReport['measures']>): string {
  const rows = measured.flatMap(({ entity, target, table: from, column, found: { spellings = 0 } }) =>
    spellings === 0 ? [] : [[entity, target, `${from}.${column}`, count(spellings), `{${column} | lower}`]],
  );
  if (rows.length === 0) return '';
  const head = ['entity', 'goes to', 'column', 'spellings too many', 'one key for each case by'];
  return `Values that the source takes for one and that are several keys, counted by the source\n${table(head, rows)}`;
}

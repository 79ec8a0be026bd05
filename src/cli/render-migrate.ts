import type { MigrateReport, OnlyChanged } from '../operations/migrate-report.js';
import { renderCatchUp } from './render-catch-up.js';
import { renderCollisions } from './render-collisions.js';
import { renderConsistency, renderReaders } from './render-snapshots.js';
import { bytes, count, duration, plural, table } from './table.js';

const MEND =
  'If rows changed meanwhile: tablefold diff --repair --out FILE mends what is missing or different, and tablefold prune --differences FILE deletes what no row makes any more.';

export function renderMigrate(report: MigrateReport): string {
  const { rejectLog, run } = report;
  const next =
    rejectLog === null
      ? `Next: tablefold status ${run} shows the run again.\n`
      : 'Next: read the reject log, mend the rows or the mapping, then migrate with --restart --existing overwrite.\n';
  const rejects = renderRejectLog(report);
  return `${renderRun(report)}\n${rejects}${next}`;
}

export function renderRejectLog({ rejectLog, totals }: MigrateReport): string {
  return rejectLog === null ? '' : `${plural(totals.rejects, 'item')} rejected: ${rejectLog}\n`;
}

/** What a run did, without what to do next. */
export function renderRun(report: MigrateReport): string {
  const rows = [
    ...report.entities,
    { entity: 'total', ...report.totals, chunks: sum(report.entities.map(({ chunks }) => chunks)) },
  ].map((line) => [
    line.entity,
    line.rows,
    line.written,
    line.skipped,
    line.held,
    line.rejects,
    bytes(line.bytes),
    Math.round(line.units),
    line.chunks,
  ]);
  const head = [
    'entity',
    'rows',
    'items',
    'left out',
    'held back',
    'rejected',
    'bytes',
    'write units',
    'chunks',
  ];
  const { totals } = report;
  const speed = totals.written / Math.max(0.001, report.durationMs / 1000);
  return [
    table(head, rows),
    `${report.source} → ${report.sink}: ${count(totals.written)} items in ${duration(report.durationMs)}` +
      (report.resumes === 0
        ? ` (${count(Math.round(speed))}/s)`
        : ` since the last of ${plural(report.resumes, 'resume')}`) +
      `, ${plural(report.throttledRequests, 'throttled request')}, ${plural(report.retriedItems, 'item')} retried` +
      (report.pausedMs === 0 ? '\n' : `, paused for ${duration(report.pausedMs)}\n`),
    renderThrottles(report),
    renderReads(report),
    report.onlyChanged === null ? '' : savedText(report.onlyChanged),
    totals.dangling === 0
      ? ''
      : `${plural(totals.dangling, 'joined parent')} missing: a foreign key names a row that is not there.\n`,
    renderCollisions(report.collisions),
    renderCatchUp(report),
    renderConsistency(report, MEND),
    renderReaders(report.snapshots),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Why requests were throttled, where DynamoDB said so. */
function renderThrottles({ throttles, hotKeys }: MigrateReport): string {
  const said = throttles.filter(({ reason }) => reason !== 'unknown');
  if (said.length === 0 && hotKeys === 0) return '';
  const reasons = said.map(
    ({ reason, index, requests }) =>
      `${count(requests)} by ${reason}${index === null ? '' : ` of index ${index}`}`,
  );
  const hot = hotKeys === 0 ? [] : [`${plural(hotKeys, 'hot partition key')} held back`];
  return `Throttled: ${[...reasons, ...hot].join('; ')}.\n`;
}

/** What reading took, where the source is a table. */
function renderReads({ source, sourceReadUnits }: MigrateReport): string {
  return sourceReadUnits === null ? '' : `${source}: ${count(Math.ceil(sourceReadUnits))} read units.\n`;
}

function savedText({ unchanged, savedWriteUnits, readUnits }: OnlyChanged): string {
  return `${plural(unchanged, 'item')} unchanged: ${count(savedWriteUnits)} write units not spent, ${count(readUnits)} read units spent.\n`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

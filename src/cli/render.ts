import { formatProblems } from '../mapping/format-problems.js';
import { HAZARDS } from '../mapping/loss-risks.js';
import type { CheckReport } from '../operations/check.js';
import type { CollisionReport } from '../operations/collisions.js';
import type { MigrateReport } from '../operations/migrate-report.js';
import type { PlanReport } from '../operations/plan.js';
import type { StatusReport } from '../operations/status.js';
import { renderReaders, renderSnapshots, whyNotOneMoment } from './render-snapshots.js';
import { bytes, count, duration, table } from './table.js';

/** Reports as people read them. Each ends with the next command to type. */

export function renderCheck(report: CheckReport): string {
  const problems = report.problems.length === 0 ? '' : `${formatProblems(report.problems)}\n`;
  const entities = table(
    ['entity', 'table', 'rows (estimate)', 'copies'],
    report.entities.map(({ entity, table: from, estimatedRows, copies }) => [
      entity,
      from,
      estimatedRows ?? 'unknown',
      copies.join(', '),
    ]),
  );
  const ignored = report.ignored === 0 ? '' : ` (${report.ignored} more ignored)`;
  const verdict = `${plural(report.errors, 'error')}, ${plural(report.warnings, 'warning')}${ignored} in ${report.mapping}`;
  const next =
    report.errors > 0
      ? 'Mend the errors and check again.'
      : `Next: tablefold plan --mapping ${report.mapping} shows what would be written.`;
  return `${problems}${entities}\n${renderRisks(report)}${verdict}\n${next}\n`;
}

/**
 * The columns of an entity that can hold the same, in one line; once for an attribute and the keys that have the same
 * risk. That a column may make an item too large is true of every text, and several spellings lose nothing: only JSON
 * and `plan` say these.
 */
function renderRisks({ risks }: CheckReport): string {
  const lines = new Map<string, { readonly line: readonly string[]; readonly columns: Set<string> }>();
  const said = new Set<string>();
  for (const { entity, target, table: from, column, type, hazards, canHold, policies } of risks) {
    const named = canHold.filter((words, position) => {
      const id = JSON.stringify([entity, from, column, words]);
      const isNew = !said.has(id);
      said.add(id);
      return isNew && !['large', 'spellings'].includes(hazards[position] ?? '');
    });
    if (named.length === 0) continue;
    const line = [named.join(', '), policies.join(' or ') || '-'];
    const id = JSON.stringify([entity, ...line]);
    const known = lines.get(id) ?? { line: [entity, ...line], columns: new Set() };
    known.columns.add(`${target.includes('.') ? `${target}: ${column}` : target} (${type})`);
    lines.set(id, known);
  }
  if (lines.size === 0) return '';
  const rows = [...lines.values()].map(({ line: [entity = '', holds = '', policy = ''], columns }) => [
    entity,
    [...columns].join(', '),
    holds,
    policy,
  ]);
  const head = ['entity', 'columns', 'can hold', 'kept or left out by'];
  return `Would be rejected, should a row hold it (plan counts how many do)\n${table(head, rows)}\n`;
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

export function renderPlan(report: PlanReport, mapping: string): string {
  const rows = report.entities.flatMap(({ entity, rows: read, copies }) =>
    copies.map((copy, position) => [
      position === 0 ? entity : '',
      position === 0 ? read : '',
      copy.copy,
      copy.items,
      copy.bytes === null ? '-' : `${copy.bytes.min} / ${copy.bytes.mean} / ${copy.bytes.max}`,
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
    'bytes min / mean / max',
    'total',
    'write units',
    'of indexes',
  ];
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
    table(head, rows),
    samples.length === 0 ? '' : `Sample items\n${samples.join('')}`,
    renderCollisions(report.collisions),
    report.collisions === null && report.unprovedCopies.length > 0
      ? `Not compared, for only a part of the rows was planned: the keys of ${report.unprovedCopies.join(', ')}\n`
      : '',
    renderMeasures(report.measures),
    rejects.length === 0
      ? ''
      : `Would be rejected\n${table(['entity', 'copy', 'code', 'items', 'first of them'], rejects)}`,
    `${plural(totals.rows, 'row')} → ${plural(totals.items, 'item')}, ${bytes(totals.bytes)}, ${count(totals.writeUnits)} write units` +
      ` (indexes included); ${count(totals.rejects)} would be rejected. Nothing was written. ${duration(report.durationMs)}\n`,
    totals.rejects > 0
      ? 'Next: mend the rejects in the mapping or in the rows; the reject log of migrate will name each of them.\n'
      : `Next: tablefold table create --mapping ${mapping}, then tablefold migrate --mapping ${mapping}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

export function renderMigrate(report: MigrateReport): string {
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
    totals.dangling === 0
      ? ''
      : `${plural(totals.dangling, 'joined parent')} missing: a foreign key names a row that is not there.\n`,
    renderCollisions(report.collisions),
    ...consistency(report),
    renderReaders(report.snapshots),
    report.rejectLog === null
      ? `Next: tablefold status ${report.run} shows the run again.\n`
      : `${plural(totals.rejects, 'item')} rejected: ${report.rejectLog}\nNext: read the reject log, mend the rows or the mapping, then migrate with --restart --existing overwrite.\n`,
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

/** The keys that several rows make, with the rows; '' where none were looked for. */
function renderCollisions(report: CollisionReport | null): string {
  if (report === null) return '';
  const { copies, keys, collidingKeys, rejected, leftOut, examples, file } = report;
  const head = `Compared ${plural(keys, 'key')} of ${copies.join(', ')}: `;
  if (collidingKeys === 0) return `${head}each is the key of one item.\n`;
  const lines = examples.map(({ key, items, sources, winner }) => [
    keyText(key),
    items,
    sources.map(({ entity, copy, source }) => `${source} (${entity}.${copy})`).join('\n'),
    winner === null ? 'all rejected' : `${winner.source} kept`,
  ]);
  const more = collidingKeys - examples.length;
  return [
    `${head}${plural(collidingKeys, 'key')} of several items; ${count(rejected)} of them rejected, ${count(leftOut)} left out.\n`,
    table(['key', 'items', 'made from', 'outcome'], lines),
    more > 0 ? `and ${plural(more, 'further key')}${file === null ? '' : `: ${file}`}\n` : '',
  ].join('');
}

/** `{"pk":{"S":"A"},"sk":{"S":"B"}}` as `A / B` */
function keyText(key: string): string {
  const attributes = Object.values(JSON.parse(key) as { readonly [name: string]: { readonly S?: string } });
  return attributes.map((value) => value.S ?? JSON.stringify(value)).join(' / ');
}

function consistency(report: MigrateReport): string[] {
  if (report.consistent) return [];
  const why = whyNotOneMoment(report.snapshots, report.chunksReadAgain);
  const snapshots = renderSnapshots(report.snapshots).map((line) => `${line}\n`);
  return [
    `consistent: false; ${why}.\n${snapshots.join('')}If rows changed meanwhile, make the table one moment again: migrate with --restart --existing overwrite\n`,
  ];
}

export function renderStatus({ runs, raised }: StatusReport): string {
  return [...runs.map(renderRun), ...raised.map(renderRaised)].join('\n');
}

function renderRaised({ table, before, raised, at }: StatusReport['raised'][number]): string {
  return `The capacity of table ${table} is raised since ${at}: ${raised} instead of ${before}.\nNext: tablefold table capacity --restore, or migrate --resume, which takes it back at its end.\n`;
}

function renderRun(run: StatusReport['runs'][number]): string {
  const rows = run.entities.map((line) => [
    line.entity,
    line.rows,
    line.written,
    line.rejects,
    line.chunksDone,
    `${line.chunksOpen}${line.plannedAll ? '' : '+'}`,
  ]);
  const next = {
    finished: 'Finished.',
    running: `Running: ${run.holder ?? ''}`,
    interrupted: 'Interrupted. Next: run the same migrate command with --resume.',
  }[run.phase];
  const readers = renderReaders(run.snapshots).trimEnd();
  return [
    `${run.run}: ${run.source} → ${run.sink}`,
    `started ${run.startedAt}${run.finishedAt === null ? '' : `, finished ${run.finishedAt}`}, ${plural(run.resumes, 'resume')}, consistent: ${run.consistent}`,
    table(['entity', 'rows', 'items', 'rejected', 'chunks done', 'open'], rows).trimEnd(),
    ...renderSnapshots(run.snapshots),
    ...(readers === '' ? [] : [readers]),
    ...(run.rejectLog === null ? [] : [`rejects: ${run.rejectLog}`]),
    `${next}\n`,
  ].join('\n');
}

function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

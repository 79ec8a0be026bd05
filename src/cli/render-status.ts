import type { ScanProgress } from '../operations/diff-checkpoint.js';
import type { StatusReport } from '../operations/status.js';
import { rateText } from './render-control.js';
import { renderReaders, renderSnapshots } from './render-snapshots.js';
import { count, plural, table } from './table.js';

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
    running: `Running: ${run.holder ?? ''}${renderAsked(run.control)}`,
    interrupted: `Interrupted. Next: run the same ${run.operation} command with --resume.`,
  }[run.phase];
  const readers = renderReaders(run.snapshots).trimEnd();
  return [
    `${run.run}: ${run.source} → ${run.sink}`,
    `started ${run.startedAt}${run.finishedAt === null ? '' : `, finished ${run.finishedAt}`}, ${plural(run.resumes, 'resume')}, consistent: ${run.consistent}`,
    table(['entity', 'rows', 'items', 'rejected', 'chunks done', 'open'], rows).trimEnd(),
    ...(run.scan === null ? [] : [renderScan(run.scan)]),
    ...renderSnapshots(run.snapshots),
    ...(readers === '' ? [] : [readers]),
    ...(run.rejectLog === null ? [] : [`rejects: ${run.rejectLog}`]),
    `${next}\n`,
  ].join('\n');
}

function renderScan({ items, segments, segmentsDone }: ScanProgress): string {
  const left =
    segmentsDone === segments
      ? 'to its end; the items are compared'
      : `${segmentsDone} of ${segments} segments to their end`;
  return `table: ${count(items)} items read, ${left}`;
}

function renderAsked(control: StatusReport['runs'][number]['control']): string {
  if (control === null) return '';
  const { paused, maxWriteUnits } = control;
  const rate = maxWriteUnits === null ? '' : `, ${rateText(maxWriteUnits)}`;
  return paused ? `, paused by control${rate}. Next: tablefold control --go-on` : rate;
}

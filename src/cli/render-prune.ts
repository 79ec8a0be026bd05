import type { WireItem } from '../item/attribute-value.js';
import type {
  Deletion,
  Fuses,
  PruneCopiesReport,
  PruneReport,
  RefusedItem,
  UndoReport,
} from '../operations/prune/prune-report.js';
import { printable, readable } from './printable.js';
import { count, duration, plural } from './table.js';

/** What was deleted or would be, what stayed, and what to type next. */
export function renderPrune(report: PruneReport, table: string): string {
  const { orphans, maxDeletes, items } = report;
  return `${plural(orphans, 'orphan')} of the diff that began at ${report.foundAt}; of ${plural(items, 'item')} in ${report.table} at most ${count(maxDeletes)} may be deleted.\n${renderDeletion(report, table)}`;
}

/** The same of copies that one mapping made and the other does not. */
export function renderPruneCopies(report: PruneCopiesReport, table: string): string {
  const { copies, rows, incomplete, items, maxDeletes } = report;
  const names = copies.map(({ entity, copy }) => `${entity}.${copy}`).join(', ');
  const found = copies.reduce((sum, copy) => sum + copy.items, 0);
  return [
    copies.length === 0
      ? `Every copy of ${printable(report.from)} is one of the new mapping.\n`
      : `${plural(found, 'item')} of ${names}, by ${plural(rows, 'row')} that the table tells; of about ${plural(items, 'item')} in ${report.table} at most ${count(maxDeletes)} may be deleted.\n`,
    incomplete > 0
      ? `${count(incomplete)} more stay: their rows lack an item that the new mapping makes. Run tablefold backfill first.\n`
      : '',
    renderDeletion(report, table),
  ].join('');
}

/** Of whatever found the items. */
export function renderDeletion(report: Deletion & Fuses & { durationMs?: number }, table: string): string {
  const { mode, deletable, gone, changed, deleted, held, undo, samples } = report;
  const rest = samples.length < deletable ? `  and ${count(deletable - samples.length)} more\n` : '';
  const { durationMs } = report;
  return [
    gone > 0 ? `${count(gone)} are gone already.\n` : '',
    changed > 0 ? `${count(changed)} are not what was seen any more, or have a row again: they stay.\n` : '',
    mode === 'dry' ? `${count(deletable)} would be deleted:\n` : '',
    ...(mode === 'dry' ? [...samples.map((key) => `  ${placeOf(key)}\n`), rest] : []),
    mode === 'pruned'
      ? `${count(deleted)} deleted${durationMs === undefined ? '' : ` in ${duration(durationMs)}`}, ${count(report.writeUnits)} write units.\n`
      : '',
    held > 0 ? `${count(held)} were changed in that moment: they stay.\n` : '',
    ...report.refused.map(refusedText),
    recoveryText(report),
    mode === 'dry'
      ? deletable === 0
        ? 'Nothing is to be deleted.\n'
        : `Nothing was deleted. Next: the same command with --confirm ${printable(table)}\n`
      : `Next, if they are wanted back: tablefold prune --undo ${printable(undo ?? '')} --confirm ${printable(table)}\n`,
  ].join('');
}

function recoveryText({
  mode,
  pointInTimeRecovery: recovery,
}: Pick<Deletion & Fuses, 'mode' | 'pointInTimeRecovery'>): string {
  if (recovery === 'on' || mode === 'pruned') return '';
  const what = recovery === 'off' ? 'is off' : 'cannot be told: the server does not know of it, or denies it';
  return `Point-in-time recovery of the table ${what}. Turn it on first, or add --without-pitr.\n`;
}

export function renderUndo(report: UndoReport, table: string): string {
  const { mode, items, restored, taken, refused, undo } = report;
  if (mode === 'dry') {
    return `${plural(items, 'item')} of ${printable(undo)} would be put back into ${report.table}, where their keys are free.\nNothing was written. Next: the same command with --confirm ${printable(table)}\n`;
  }
  return [
    `${count(restored)} of ${plural(items, 'item')} are back in ${report.table} (${duration(report.durationMs)}, ${count(report.writeUnits)} write units).\n`,
    taken > 0 ? `${count(taken)} were not put back: another item has their key now.\n` : '',
    ...refused.map(refusedText),
  ].join('');
}

function refusedText({ key, reason }: RefusedItem): string {
  return `Refused: ${placeOf(key)}: ${printable(reason)}\n`;
}

export function placeOf(key: WireItem): string {
  return Object.values(key).map(readable).join(' / ');
}

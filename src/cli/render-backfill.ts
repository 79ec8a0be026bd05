import type { CopyName, MappingChanges } from '../mapping/compare/compare-mappings.js';
import type { BackfillPlan, BackfillReport } from '../operations/backfill/backfill-report.js';
import type { IndexDropReport } from '../operations/backfill/index-life.js';
import type { MigrationError } from '../support/error.js';
import { renderCost } from './render-cost.js';
import { renderRejectLog, renderRun } from './render-migrate.js';
import { placeOf } from './render-prune.js';
import { count, duration, plural, table } from './table.js';

/** The files of both mappings, for what to type next. */
export interface Files {
  readonly from: string;
  readonly to: string;
  readonly 'from-table': boolean;
}

/** `excess`: why it must not be run, if so. */
export function renderBackfillPlan(
  plan: BackfillPlan,
  files: Files,
  excess: MigrationError | null = null,
): string {
  if (isNothing(plan.changes)) return `${renderChanges(plan.changes)}There is nothing to backfill.\n`;
  const { totals, builds, obsolete } = plan;
  const rows = plan.copies.map((copy) => [
    nameOf(copy),
    copy.puts,
    copy.updates,
    copy.writeUnits.table,
    copy.writeUnits.indexes,
    copy.heldUnits,
  ]);
  const head = [
    'copy',
    'items put',
    'changed in place',
    'write units',
    'of indexes',
    'if the puts are held back',
  ];
  const rejects = plan.copies.flatMap((copy) =>
    copy.rejects.map(({ code, count: items, example }) => [nameOf(copy), code, items, example]),
  );
  return paragraphs([
    renderChanges(plan.changes),
    rows.length === 0 ? '' : table(head, rows),
    builds.length === 0
      ? ''
      : table(
          ['index to be made', 'items in it', 'write units to fill it'],
          builds.map(({ index, items, writeUnits }) => [index, items, writeUnits]),
        ),
    obsolete.length === 0
      ? ''
      : `Obsolete afterwards: ${obsolete.map((one) => `${plural(one.items, 'item')} of ${nameOf(one)}`).join(', ')}. They stay until they are pruned.\n`,
    renderCost(plan.cost),
    renderUnindexed(plan.unindexed, 'would leave out'),
    rejects.length === 0
      ? ''
      : `Would be rejected\n${table(['copy', 'code', 'items', 'first of them'], rejects)}`,
    `${plural(plan.rows, 'row')} read: ${plural(totals.puts, 'item')} to put, ${count(totals.updates)} to change, ${count(totals.writeUnits)} write units; ${count(totals.rejects)} would be rejected. Nothing was written. ${duration(plan.durationMs)}\n`,
    excess !== null
      ? `${excess.message}.\n${excess.hint ?? ''}\n`
      : `Next: tablefold backfill --from ${files.from} --to ${files.to}${files['from-table'] ? ' --from-table' : ''}\n`,
  ]);
}

export function renderBackfill(report: BackfillReport, files: Files): string {
  const { changes, indexes, totals } = report;
  const created = indexes.created.length === 0 ? '' : `Made and filled: ${list('index', indexes.created)}.\n`;
  const held =
    totals.held === 0
      ? ''
      : `Held back: ${plural(totals.held, 'item')}, which are gone, or are not what ${files.from} makes of their rows, or (new copies) were there already. tablefold diff --mapping ${files.to} tells them apart; with --repair it mends them.\n`;
  const rejects = renderRejectLog(report);
  const leftOut = renderUnindexed(report.unindexed, 'leaves out');
  return paragraphs([
    renderChanges(changes),
    renderRun(report),
    created,
    leftOut,
    held,
    rejects,
    next(report, files),
  ]);
}

/** What `--check-indexes` found; empty where it was not asked for. */
function renderUnindexed(unindexed: BackfillReport['unindexed'], leaves: string): string {
  if (unindexed === null) return '';
  const lines = unindexed.flatMap(({ index, items, examples }) =>
    items === 0
      ? []
      : [
          `Index ${index} ${leaves} ${plural(items, 'item')}, whose key there is empty, too long or of another type:`,
          ...examples.map((key) => `  ${placeOf(key)}`),
          ...(items > examples.length ? [`  and ${count(items - examples.length)} more`] : []),
        ],
  );
  return `${(lines.length === 0 ? [`No index ${leaves} anything.`] : lines).join('\n')}\n`;
}

export function renderIndexDrop({ table: name, dropped, missing }: IndexDropReport): string {
  const lines = [
    ...(dropped.length === 0 ? [] : [`Dropped from ${name}: ${list('index', dropped)}`]),
    ...(missing.length === 0 ? [] : [`${name} had no ${list('index', missing)}`]),
    ...(dropped.length + missing.length === 0 ? ['The new mapping has every index of the old one.'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function isNothing({ copies, obsolete, indexes }: MappingChanges): boolean {
  const others = [...obsolete, ...indexes.added, ...indexes.changed, ...indexes.removed];
  return others.length === 0 && copies.every(({ kind }) => kind === 'same');
}

/** What the comparison of the mappings found, before a row is read. */
export function renderChanges({ copies, obsolete, indexes }: MappingChanges): string {
  const lines = copies.flatMap((change): readonly string[] => {
    if (change.kind === 'same') return [];
    if (change.kind === 'new') {
      const { replaces } = change;
      return [
        `new      ${nameOf(change)}${replaces === null ? '' : `, instead of ${nameOf(replaces)}, whose keys are others`}`,
      ];
    }
    const { from, added, changed, removed, otherRows } = change;
    const parts = [
      ...(nameOf(from) === nameOf(change) ? [] : [`was ${nameOf(from)}`]),
      ...added.map((name) => `+ ${name}`),
      ...changed.map((name) => `~ ${name}`),
      ...removed.map((name) => `- ${name}`),
      ...(otherRows ? ['other rows'] : []),
    ];
    return [`changed  ${nameOf(change)}: ${parts.join(', ')}`];
  });
  const all = [
    ...lines,
    ...obsolete.map((copy) => `obsolete ${nameOf(copy)}`),
    ...indexes.added.map((name) => `new      index ${name}`),
    ...indexes.changed.map((name) => `another  index ${name}, which has to be dropped and made again`),
    ...indexes.removed.map((name) => `obsolete index ${name}`),
  ];
  return all.length === 0 ? 'Both mappings make the same items.\n' : `${all.join('\n')}\n`;
}

function next({ changes, indexes, rejectLog }: BackfillReport, files: Files): string {
  const { from, to } = files;
  const obsolete = changes.obsolete.map(nameOf).join(', ');
  const steps = [
    ...(changes.obsolete.length === 0
      ? []
      : files['from-table']
        ? [
            `The items of ${obsolete} are obsolete: tablefold prune --mapping ${to} --from ${from} deletes them, once nothing asks them any more.`,
          ]
        : [
            `The items of ${obsolete} are obsolete: tablefold diff --mapping ${to} --out FILE lists them as orphans, and tablefold prune --mapping ${to} --differences FILE deletes them.`,
          ]),
    ...(indexes.obsolete.length === 0
      ? []
      : [
          `Once nothing asks it any more: tablefold backfill --from ${from} --to ${to} --drop-indexes drops ${list('index', indexes.obsolete)}.`,
        ]),
  ];
  const again = `Next: read the reject log, mend the rows or the mapping, then tablefold backfill --from ${from} --to ${to}${files['from-table'] ? ' --from-table' : ''} --restart`;
  return `${[...steps, rejectLog === null ? `Next: tablefold diff --mapping ${to}` : again].join('\n')}\n`;
}

function nameOf({ entity, copy }: CopyName): string {
  return `${entity}.${copy}`;
}

function list(noun: string, names: readonly string[]): string {
  return `${names.length === 1 ? noun : `${noun}es`} ${names.join(', ')}`;
}

function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n');
}

import type { Difference, DiffReport } from '../operations/diff-report.js';
import { printable, readable } from './printable.js';
import { sampleText } from './render-item-sample.js';
import { renderConsistency } from './render-snapshots.js';
import { count, duration, table } from './table.js';

const DIFF_AGAIN =
  'What differs was looked at a second time and holds; of rows that changed meanwhile something may be missed: the same command again compares one moment.';

/** Counts by copy, samples, what was left alone, and what to do next. */
export function renderDiff(
  report: DiffReport,
  { mapping, out }: { readonly mapping: string; readonly out?: string | undefined },
): string {
  const { totals } = report;
  const units = report.readUnits === null ? '' : `, ${count(report.readUnits)} read units`;
  return [
    `${report.source} → ${report.table}\n\n`,
    countsTable(report),
    `\n${count(report.rows)} rows and ${count(report.items)} items compared in ${duration(report.durationMs)}${units}.\n`,
    report.sample === null ? '' : sampleText(report.sample),
    ...asideLines(report),
    renderConsistency(report, DIFF_AGAIN),
    ...report.samples.map(differenceText),
    report.repair === null
      ? verdictText(report, mapping, out)
      : repairText(report, report.repair, mapping, out),
    totals.missing + totals.different + totals.orphans === 0 || out === undefined
      ? ''
      : `All differences: ${printable(out)}\n`,
  ].join('');
}

function countsTable({ entities }: DiffReport): string {
  const rows = entities.flatMap(({ entity, orphans, copies }) => [
    ...copies.map((copy) => [
      ...[entity, copy.copy, copy.expected, copy.same, copy.missing, copy.different, copy.stale],
      ...['', copy.changed],
    ]),
    ...(orphans === 0 ? [] : [[entity, '-', '', '', '', '', '', orphans, '']]),
  ]);
  const counts = [
    'expected',
    'same',
    'missing',
    'different',
    'of these stale',
    'orphans',
    'changed meanwhile',
  ];
  return table(['entity', 'copy', ...counts], rows);
}

/** What is no difference, as far as there is any. */
function asideLines(report: DiffReport): readonly string[] {
  const { totals, foreign, otherEntities } = report;
  const extra = Object.entries(report.extraAttributes);
  const shown = extra.map(([name, items]) => `${printable(name)} (${count(items)})`).join(', ');
  return [
    totals.rejects > 0 ? `${count(totals.rejects)} items cannot be made: see plan for the reasons.\n` : '',
    totals.expired > 0 ? `${count(totals.expired)} are gone because their time to live is over.\n` : '',
    foreign > 0 ? `${count(foreign)} items are not tablefold's: left alone.\n` : '',
    otherEntities > 0 ? `${count(otherEntities)} items are of entities that were not asked for.\n` : '',
    extra.length > 0 ? `Attributes that are not the mapping's, by items: ${shown}.\n` : '',
  ];
}

function differenceText({ kind, entity, copy, key, source, attributes, stale }: Difference): string {
  const place = Object.values(key).map(readable).join(' / ');
  const name = copy === null ? entity : `${entity}.${copy}`;
  const lines = attributes.map(({ name: attribute, expected, found }) => {
    const [one, other] = [expected, found].map((value) => (value === null ? '(none)' : readable(value)));
    return `    ${printable(attribute)}: expected ${one}, found ${other}\n`;
  });
  const row = `row ${printable(source)}${stale ? '; its copies are of different versions' : ''}`;
  return `\n${kind}  ${name}  ${place}  (${row})\n${lines.join('')}`;
}

function verdictText({ totals, sample }: DiffReport, mapping: string, out: string | undefined): string {
  const { missing, different, orphans, rejects } = totals;
  if (missing + different + orphans > 0) {
    const writes =
      missing + different > 0
        ? `\nNext: tablefold diff --mapping ${printable(mapping)} --repair mends what is missing or different, and leaves attributes of the application alone.\n`
        : '';
    const left = orphans > 0 ? orphansText(mapping, out) : '';
    return `${writes}${writes === '' ? '\n' : ''}${left}`;
  }
  if (sample !== null) return '\nWhat was looked at is what the source says.\n';
  return rejects > 0 ? '\nThe table holds what can be made.\n' : '\nThe table holds what the source says.\n';
}

function repairText(
  { totals: { orphans, rejects } }: DiffReport,
  { created, updated, changed, refused, writeUnits }: NonNullable<DiffReport['repair']>,
  mapping: string,
  out: string | undefined,
): string {
  return [
    `\nRepaired: ${count(created)} put, ${count(updated)} changed, ${count(writeUnits)} write units.\n`,
    changed > 0 ? `${count(changed)} were changed by others meanwhile, and left as they are.\n` : '',
    ...refused.map(({ key, source, reason }) => {
      const place = Object.values(key).map(readable).join(' / ');
      return `Refused: ${place} (row ${printable(source)}): ${printable(reason)}\n`;
    }),
    orphans > 0 ? orphansText(mapping, out) : '',
    rejects > 0 ? `${count(rejects)} items cannot be made: see plan for the reasons.\n` : '',
    changed + refused.length > 0
      ? `Next: tablefold diff --mapping ${printable(mapping)} looks at them again.\n`
      : '',
  ].join('');
}

/** Only a file of a diff can be pruned by. */
function orphansText(mapping: string, out: string | undefined): string {
  const of = printable(mapping);
  return out === undefined
    ? `Orphans stay: tablefold diff --mapping ${of} --out FILE, then tablefold prune --mapping ${of} --differences FILE shows what would be deleted.\n`
    : `Orphans stay: tablefold prune --mapping ${of} --differences ${printable(out)} shows what would be deleted.\n`;
}

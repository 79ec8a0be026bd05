import type { Difference, DiffReport } from '../operations/diff-report.js';
import type { PlanReport } from '../operations/plan-report.js';
import type { VerifyReport } from '../operations/verify/verify-report.js';
import { printable, readable } from './printable.js';
import { sampleLines } from './render-item-sample.js';
import { bytes, type Cell, count, duration, money, percent } from './table.js';

/** What `plan` found, for a pull request: a verdict, counts, cost, and what would be rejected. */
export function planMarkdown(report: PlanReport): string {
  const { totals, entities, cost, partitions, sample } = report;
  const copies = entities.flatMap(({ entity, copies }) => copies.map((copy) => ({ entity, ...copy })));
  const rejects = copies.flatMap(({ entity, copy, rejects }) =>
    rejects.map(({ code, count: items, example }) => [`${entity}.${copy}`, code, items, example]),
  );
  const ways = cost.ways.map(({ writer, capacity, seconds, cost: price }) => [
    writer,
    capacity ?? '-',
    seconds === null ? '-' : duration(seconds * 1_000),
    price === null || cost.prices === null ? '-' : money(price, cost.prices.currency),
  ]);
  const verdict =
    totals.rejects > 0
      ? `❌ ${count(totals.rejects)} items would be rejected`
      : '✅ Nothing would be rejected';
  return [
    `### Plan: ${code(report.source)} → ${code(report.table)}\n`,
    `${verdict}. ${count(totals.rows)} rows → ${count(totals.items)} items, ${bytes(totals.bytes)}, ${count(totals.writeUnits)} write units${sample === null ? '' : ` (of a sample of ${sample.percent} %)`}.\n`,
    table(
      ['entity', 'copy', 'items', 'bytes', 'largest item', 'write units'],
      copies.map((copy) => [
        ...[copy.entity, copy.copy, copy.items, bytes(copy.totalBytes)],
        ...[copy.bytes === null ? '-' : bytes(copy.bytes.max), copy.writeUnits.table],
      ]),
    ),
    table(
      ['of', 'partition keys', 'hottest key', 'its share'],
      partitions.flatMap(({ index, partitions: keys, hottest: [hottest] }) =>
        hottest === undefined
          ? []
          : [
              [
                index === null ? 'table' : `index ${index}`,
                keys,
                { code: hottest.partition },
                percent(hottest.share),
              ],
            ],
      ),
    ),
    table(['loaded by', 'capacity', 'at least', 'cost'], ways),
    ...(report.preflight?.findings ?? []).map(({ message }) => `⚠️ ${plain(message)}.\n`),
    table(['would be rejected', 'code', 'items', 'first of them'], rejects),
    momentLine(report),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** What `diff` found, for a pull request: a verdict, counts, and the first differences. */
export function diffMarkdown(report: DiffReport): string {
  const { totals, entities, samples, sample } = report;
  const { missing, different, orphans, rejects } = totals;
  const found = missing + different + orphans;
  return [
    `### Diff: ${code(report.source)} → ${code(report.table)}\n`,
    found + rejects === 0
      ? `✅ ${sample === null ? 'The table holds what the source says' : 'What was looked at is what the source says'}: ${count(totals.same)} items.\n`
      : `❌ ${count(missing)} missing, ${count(different)} different, ${count(orphans)} orphans, ${count(rejects)} rejects, of ${count(totals.expected)} items expected.\n`,
    ...(sample === null ? [] : sampleLines(sample).map((line) => `⚠️ ${plain(line)}\n`)),
    table(
      ['entity', 'copy', 'expected', 'same', 'missing', 'different'],
      entities.flatMap(({ entity, copies }) =>
        copies.map((copy) => [entity, copy.copy, copy.expected, copy.same, copy.missing, copy.different]),
      ),
    ),
    table(['', 'copy', 'item', 'row', 'attributes'], samples.map(differenceLine)),
    momentLine(report),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** What `verify` found, for a pull request: the verdict, the patterns with their first differences, the counts of items. */
export function verifyMarkdown({ source, table: of, equal, patterns, items }: VerifyReport): string {
  const differences = (patterns ?? []).flatMap(({ pattern, differences }) =>
    differences.map(({ kind, row, parameters, attributes }) => [
      ...[pattern, { code: JSON.stringify(parameters) }, kind, { code: row }],
      attributes.map(({ name }) => name).join(', '),
    ]),
  );
  return [
    `### Verify: ${code(source)} → ${code(of)}\n`,
    equal ? '✅ The table says what the source says.\n' : '❌ The table does not say what the source says.\n',
    table(
      ['access pattern', 'against its SQL', 'asked', 'differing', 'rows', 'expired', 'why'],
      (patterns ?? []).map(({ pattern, verdict, sets, differing, rows, expired, why }) => [
        ...[pattern, `${MARKS[verdict]} ${verdict}`, sets, differing, rows, expired],
        why ?? '',
      ]),
    ),
    table(['access pattern', 'parameters', 'what', 'row', 'attributes'], differences),
    items === null ? '' : diffMarkdown(items),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const MARKS = { equal: '✅', different: '❌', failed: '❌', 'not verified': '–' } as const;

/** A summary that may be off says so. */
function momentLine({ consistent }: { readonly consistent: boolean }): string {
  return consistent ? '' : '⚠️ Not all rows were read as of one moment.\n';
}

function differenceLine({ kind, entity, copy, key, source, attributes }: Difference): readonly Content[] {
  const place = Object.values(key).map(readable).join(' / ');
  const names = attributes.map(({ name }) => name).join(', ');
  return [kind, copy === null ? entity : `${entity}.${copy}`, { code: place }, { code: source }, names];
}

type Content = Cell | { readonly code: string };

/** Nothing for a table without rows; numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly Content[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly Content[]) => `| ${cells.map(cellText).join(' | ')} |\n`;
  const rule = head.map((_, at) => (typeof rows[0]?.[at] === 'number' ? '--:' : '---'));
  return `| ${head.join(' | ')} |\n| ${rule.join(' | ')} |\n${rows.map(line).join('')}`;
}

function cellText(cell: Content): string {
  if (typeof cell === 'number') return count(cell);
  return typeof cell === 'string' ? plain(cell) : code(cell.code);
}

/** Text of data as Markdown shows it: no link, no markup, no end of a cell. */
function plain(text: string): string {
  return printable(text).replaceAll(/[\\`*_{}[\]<>()#+!|~@&-]/g, '\\$&');
}

/** Data in a span of code, which shows it as it is; only what would end the span or the cell is replaced. */
function code(text: string): string {
  return `\`${printable(text).replaceAll('`', 'ˋ').replaceAll('|', '¦')}\``;
}

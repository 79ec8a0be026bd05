import type { ResolvedTable } from '../mapping/resolved-mapping.js';
import type { ShownItem, ShowReport } from '../operations/show.js';
import { clip, printable } from './printable.js';
import { itemTable } from './render-items.js';
import { bytes, count, table as grid } from './table.js';
import { paint, type Terminal } from './terminal.js';

/** Entities are told apart by colour, always the same in one picture. */
const COLOURS = ['cyan', 'green', 'yellow', 'magenta', 'blue', 'red'] as const;
/** Of the tables beneath a partition. */
const INDENT = '  ';

/** The single-table view: partitions, their items in key order, entity by entity. */
export function renderShow(
  report: ShowReport,
  { partitionKey, sortKey, indexes, entityAttribute, lineageAttribute }: ResolvedTable,
  mapping: string,
  terminal: Terminal,
): string {
  const hidden = [
    ...[partitionKey, sortKey, entityAttribute, lineageAttribute],
    // What an index is keyed by is hidden where it was made for it; attributes that items have anyway are shown.
    ...indexes.flatMap(({ partitionKey: pk, sortKey: sk }) =>
      [pk, sk].filter((key) => typeof key === 'string'),
    ),
  ];
  const entities = [...new Set(report.partitions.flatMap(({ items }) => items.map(({ entity }) => entity)))];
  const within = {
    ...terminal,
    columns: terminal.columns === null ? null : terminal.columns - INDENT.length,
  };
  const colourOf = (entity: string) => COLOURS[entities.indexOf(entity) % COLOURS.length] ?? 'cyan';
  const partitions = report.partitions.map(({ partition, items }) => {
    const blocks = blocksOf(items).map((block) => {
      const [first] = block;
      const kind = `${first?.entity} (${first?.copy})`;
      const lines = block.map((shown) => ({ ...shown, facts: factsOf(shown) }));
      const grid = itemTable(lines, hidden, sortKey, within);
      return `  ${paint(terminal, colourOf(first?.entity ?? ''), kind)}\n${grid.replaceAll(/^(?=.)/gm, INDENT)}`;
    });
    const name = clip(printable(partition), terminal.columns ?? Number.POSITIVE_INFINITY);
    return `${paint(terminal, 'bold', name)}\n${blocks.join('')}\n`;
  });
  const { totals, rows, skipped, rejects } = report;
  const left =
    skipped === 0 ? '' : `, ${count(skipped)} ${skipped === 1 ? 'copy' : 'copies'} left out by the mapping`;
  return [
    ...partitions,
    rejects.length === 0
      ? ''
      : `Would be rejected\n${grid(
          ['row', 'copy', 'code', 'reason'],
          rejects.map(({ row, copy, code, reason }) => [printable(row), copy, code, printable(reason)]),
        )}\n`,
    `${count(rows)} ${rows === 1 ? 'row' : 'rows'} of ${report.source} → ${count(totals.items)} items, ${bytes(totals.bytes)}, ` +
      `${count(totals.writeUnits)} write units (indexes included)${left}. Nothing was written, no table was opened.\n`,
    `Next: tablefold plan --mapping ${mapping} counts over all rows.\n`,
  ].join('');
}

/** Size, and what a put costs: `1 + gsi1 1`. */
function factsOf({ bytes: size, writeUnits: { table, indexes } }: ShownItem): {
  readonly [head: string]: string;
} {
  const units = [String(table), ...Object.entries(indexes).map(([index, units]) => `${index} ${units}`)];
  return { bytes: count(size), 'write units': units.join(' + ') };
}

/** Neighbours of one entity and copy stand in one table. */
function blocksOf(items: readonly ShownItem[]): readonly ShownItem[][] {
  const blocks: ShownItem[][] = [];
  for (const item of items) {
    const last = blocks.at(-1);
    if (last?.[0]?.entity === item.entity && last[0].copy === item.copy) last.push(item);
    else blocks.push([item]);
  }
  return blocks;
}

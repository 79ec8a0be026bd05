import { isOverAttributes, keyNames, templateKey } from '../item/key-attribute.js';
import type { ResolvedMapping } from '../mapping/resolved-mapping.js';
import type { Found, FoundItem } from '../operations/found-items.js';
import type { QueryReport } from '../operations/query.js';
import type { PartitionReport } from '../operations/show-partition.js';
import { printable } from './printable.js';
import { itemTable } from './render-items.js';
import { count } from './table.js';
import { paint, type Terminal } from './terminal.js';

export interface QueryNames {
  /** Attributes of the table that say nothing of an entity. */
  readonly hidden: readonly string[];
  readonly partitionKey: string;
  /** Of the table or the index that was asked. */
  readonly sortKey: string | null;
}

export function queryNames({ table }: ResolvedMapping, asked: string | null): QueryNames {
  const index = table.indexes.find(({ name }) => name === asked);
  const { partitionKey, sortKey } = index ?? table;
  // Of an index over attributes nothing is hidden: they are the item's own.
  const made = [table, ...table.indexes.filter((key) => !isOverAttributes(key))];
  const keys = made.flatMap((key) => [...keyNames(key.partitionKey), ...keyNames(key.sortKey)]);
  return {
    partitionKey: templateKey(partitionKey),
    sortKey: sortKey === null ? null : templateKey(sortKey),
    hidden: [...keys, table.entityAttribute, table.lineageAttribute],
  };
}

/** ` --customerId 42`, as a shell takes it. */
export function commandText(parameters: ReadonlyMap<string, string>): string {
  return [...parameters].map(([name, value]) => ` --param ${shellWord(`${name}=${value}`)}`).join('');
}

/** Quoted where a shell would read more than the text into it, and as a terminal may be given it. */
export function shellWord(text: string): string {
  const shown = printable(text);
  return /^[\w.:@+=-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`;
}

/** What a pattern found, entity by entity in the order of the keys. */
export function renderQuery(
  report: QueryReport,
  names: QueryNames,
  terminal: Terminal,
  next: string,
): string {
  const where = report.index === null ? report.table : `${report.table}, index ${report.index}`;
  const how = report.consistent ? 'consistent' : 'eventually consistent';
  const none =
    report.items.length > 0
      ? []
      : report.targets.slice(0, 3).map((target) => `asked: ${targetText(target)}\n`);
  return [...foundText(report, names, terminal, `${where} (${how})`), ...none, moreText(report, next)].join(
    '',
  );
}

/** One partition of the table, as it is. */
export function renderPartition(
  report: PartitionReport,
  names: QueryNames,
  terminal: Terminal,
  next: string,
): string {
  return [...foundText(report, names, terminal, `${report.table} (consistent)`), moreText(report, next)].join(
    '',
  );
}

function foundText(
  { items, readUnits, requests }: Found,
  names: QueryNames,
  terminal: Terminal,
  where: string,
): readonly string[] {
  const blocks = blocksOf(items, names.partitionKey).map(({ partition, kind, lines }) => {
    const head = `${paint(terminal, 'bold', printable(partition))}  ${paint(terminal, 'cyan', kind)}`;
    return `${head}\n${itemTable(lines, [...names.hidden, names.partitionKey], names.sortKey, terminal)}\n`;
  });
  const troubles = items.flatMap(({ item, trouble }) =>
    trouble === null
      ? []
      : `${printable(String(item[names.sortKey ?? '']?.['S'] ?? ''))} is not whole: ${printable(trouble)}\n`,
  );
  const units = readUnits === null ? 'read units unknown' : `${count(readUnits)} read units`;
  const found = `${count(items.length)} ${items.length === 1 ? 'item' : 'items'} from ${where}: ${units} in ${count(requests)} ${requests === 1 ? 'query' : 'queries'}\n`;
  return [...blocks, ...troubles, found];
}

function moreText({ nextPageToken }: Found, next: string): string {
  if (nextPageToken === null) return 'That is all there is.\n';
  return `There are more. Next: ${next} --page-token ${nextPageToken}\n`;
}

interface Block {
  readonly partition: string;
  readonly kind: string;
  readonly lines: FoundItem[];
}

/** Neighbours of one partition, entity and copy stand in one table. */
function blocksOf(items: readonly FoundItem[], partitionKey: string): readonly Block[] {
  const blocks: Block[] = [];
  for (const found of items) {
    const partition = String(found.item[partitionKey]?.['S'] ?? '');
    const kind = found.entity === null ? 'of no entity of the mapping' : `${found.entity} (${found.copy})`;
    const last = blocks.at(-1);
    if (last?.partition === partition && last.kind === kind) last.lines.push(found);
    else blocks.push({ partition, kind, lines: [found] });
  }
  return blocks;
}

/** The key condition, for whoever wonders why nothing was found. */
function targetText({ partition, sort }: QueryReport['targets'][number]): string {
  const pk = `partition ${JSON.stringify(printable(partition))}`;
  if (sort === null) return pk;
  const value = (text: string) => JSON.stringify(printable(text));
  if (sort.kind === 'equals') return `${pk}, sort key ${value(sort.value)}`;
  if (sort.kind === 'beginsWith') return `${pk}, sort key beginning with ${value(sort.value)}`;
  const from =
    sort.from === null ? '' : ` ${sort.from.included ? 'from' : 'above'} ${value(sort.from.value)}`;
  const to = sort.to === null ? '' : ` ${sort.to.included ? 'up to' : 'below'} ${value(sort.to.value)}`;
  return `${pk}, sort key${from}${to}`;
}

import { isOverAttributes, type KeyAttribute, keyAttributes, keyNames } from '../item/key-attribute.js';
import { keyText } from '../item/key-order.js';
import type { KeyCondition } from '../mapping/access/key-plan.js';
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
  /** Of the table or the index that was asked: several only of an index over attributes. */
  readonly partition: readonly KeyAttribute[];
  readonly sortKey: string | null;
}

export function queryNames({ table }: ResolvedMapping, asked: string | null): QueryNames {
  const index = table.indexes.find(({ name }) => name === asked);
  const { partitionKey, sortKey } = index ?? table;
  // The sort key of an index over attributes is not hidden: its attributes are the item's own.
  const made = [table, ...table.indexes.filter((key) => !isOverAttributes(key))];
  const keys = made.flatMap((key) => [...keyNames(key.partitionKey), ...keyNames(key.sortKey)]);
  return {
    partition: keyAttributes(partitionKey),
    sortKey: keyNames(sortKey)[0] ?? null,
    hidden: [...keys, ...keyNames(partitionKey), table.entityAttribute, table.lineageAttribute],
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
  const blocks = blocksOf(items, names.partition).map(({ partition, kind, lines }) => {
    const head = `${paint(terminal, 'bold', printable(partition))}  ${paint(terminal, 'cyan', kind)}`;
    return `${head}\n${itemTable(lines, names.hidden, names.sortKey, terminal)}\n`;
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
function blocksOf(items: readonly FoundItem[], keys: readonly KeyAttribute[]): readonly Block[] {
  const blocks: Block[] = [];
  for (const found of items) {
    const partition = partitionText(keys, (key) => keyText(found.item, key) ?? '');
    const kind = found.entity === null ? 'of no entity of the mapping' : `${found.entity} (${found.copy})`;
    const last = blocks.at(-1);
    if (last?.partition === partition && last.kind === kind) last.lines.push(found);
    else blocks.push({ partition, kind, lines: [found] });
  }
  return blocks;
}

/** `CUSTOMER#42`; of several attributes, with their names. */
function partitionText<Key extends KeyAttribute>(keys: readonly Key[], text: (key: Key) => string): string {
  const [only, ...rest] = keys;
  if (only !== undefined && rest.length === 0) return text(only);
  return keys.map((key) => `${key.name} ${text(key)}`).join(', ');
}

/** The key condition, for whoever wonders why nothing was found. */
function targetText({ partition, sort }: QueryReport['targets'][number]): string {
  const keys = partitionText(partition, ({ value }) => JSON.stringify(printable(value)));
  const named = sort.length > 1 || partition.length > 1;
  const conditions = sort.map((key) => `, ${named ? key.name : 'sort key'}${conditionText(key)}`);
  return `partition ${keys}${conditions.join('')}`;
}

function conditionText(condition: KeyCondition): string {
  const value = (text: string) => JSON.stringify(printable(text));
  if (condition.kind !== 'range') {
    return ` ${condition.kind === 'equals' ? '' : 'beginning with '}${value(condition.value)}`;
  }
  const { from, to } = condition;
  const first = from === null ? '' : ` ${from.included ? 'from' : 'above'} ${value(from.value)}`;
  const last = to === null ? '' : ` ${to.included ? 'up to' : 'below'} ${value(to.value)}`;
  return first + last;
}

import type { WireItem } from '../item/attribute-value.js';
import { clip, columnsOf, printable, readable } from './printable.js';
import { table } from './table.js';
import type { Terminal } from './terminal.js';

/** An item as a line of a table. */
export interface ItemLine {
  /** What its key holds, by source column. */
  readonly key: { readonly [column: string]: string };
  readonly item: WireItem;
  /** Further columns, behind the sort key. */
  readonly facts?: { readonly [head: string]: string };
}

/** The widest a cell becomes on a terminal. */
const CELL = 36;
const GAP = 2;

/**
 * Items of one kind in a table: the sort key, what else the key holds, the attributes. On a terminal cells are
 * clipped, and the columns that do not fit are left out, and said so; an item alone is listed line by line instead.
 */
export function itemTable(
  lines: readonly ItemLine[],
  hidden: readonly string[],
  sortKey: string | null,
  terminal: Terminal,
): string {
  const attributes = names(lines.map(({ item }) => Object.keys(item))).filter(
    (name) => name !== sortKey && !hidden.includes(name),
  );
  const shown = new Set(attributes.map(plainName));
  const keys = names(lines.map(({ key }) => Object.keys(key))).filter((name) => !shown.has(plainName(name)));
  const all = [
    ...(sortKey === null ? [] : [column(sortKey, lines, (line) => attributeText(line.item, sortKey))]),
    ...names(lines.map(({ facts = {} }) => Object.keys(facts))).map((name) =>
      column(name, lines, ({ facts = {} }) => facts[name] ?? ''),
    ),
    ...keys.map((name) => column(name, lines, ({ key }) => printable(key[name] ?? ''))),
    ...attributes.map((name) => column(name, lines, ({ item }) => attributeText(item, name))),
  ];
  const columns = fitting(all, terminal);
  if (columns.length < all.length && lines.length === 1) return list(all, terminal);
  const text = table(
    columns.map(({ head }) => head),
    lines.map((_, row) => columns.map(({ cells }) => cells[row] ?? '')),
  );
  const left = all.slice(columns.length).map(({ head }) => head);
  return left.length === 0 ? text : `${text}not shown for want of width: ${left.join(', ')}\n`;
}

interface Column {
  readonly head: string;
  readonly cells: readonly string[];
}

function column(name: string, lines: readonly ItemLine[], cell: (line: ItemLine) => string): Column {
  return { head: printable(name), cells: lines.map(cell) };
}

/** One item, whole: a line for each column. */
function list(columns: readonly Column[], { columns: width }: Terminal): string {
  const room = Math.max(...columns.map(({ head }) => columnsOf(head))) + GAP;
  return columns
    .map(({ head, cells: [cell = ''] }) => {
      const front = head + ' '.repeat(room - columnsOf(head));
      return `${front}${width === null ? cell : clip(cell, Math.max(1, width - room))}\n`;
    })
    .join('');
}

/** The first columns that the terminal's width holds, one at least. */
function fitting(columns: readonly Column[], { columns: width }: Terminal): readonly Column[] {
  if (width === null) return columns;
  const narrow = columns.map(({ head, cells }) => ({
    head: clip(head, CELL),
    cells: cells.map((cell) => clip(cell, CELL)),
  }));
  let used = -GAP;
  const end = narrow.findIndex(({ head, cells }) => {
    used += GAP + Math.max(columnsOf(head), ...cells.map(columnsOf));
    return used > width;
  });
  return end < 0 ? narrow : narrow.slice(0, Math.max(1, end));
}

function attributeText(item: WireItem, name: string): string {
  const value = item[name];
  return value === undefined ? '' : readable(value);
}

function names(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())];
}

/** `placed_at` and `placedAt` are one name: an attribute that says what the key holds is shown once. */
function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}|]/gu, '');
}

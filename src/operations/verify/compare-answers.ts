import { compareOwned } from '../../compare/owned-attributes.js';
import type { WireItem } from '../../item/attribute-value.js';
import type { AnswerRow } from './answer-shape.js';
import type { PatternDifference } from './verify-report.js';

/** An item that a pattern found. */
export interface FoundRow {
  /** Its lineage; null: it has none. */
  readonly row: string | null;
  readonly item: WireItem;
}

type Difference = Omit<PatternDifference, 'parameters'>;

/**
 * What differs between the rows of the SQL and the items of the pattern, `names` being the attributes that both have. Both
 * are in their order, which counts where the SQL has one.
 */
export function compareAnswers(
  asked: readonly AnswerRow[],
  found: readonly FoundRow[],
  { names, ordered }: { readonly names: ReadonlySet<string>; readonly ordered: boolean },
): readonly Difference[] {
  const items = new Map(found.map((one) => [one.row, one]));
  const rows = new Map(asked.map((one) => [one.row, one]));
  const differences: Difference[] = [];
  const say = (kind: Difference['kind'], row: string | null, attributes: Difference['attributes'] = []) =>
    differences.push({ kind, row: row ?? '(no key)', attributes });
  const answered = new Set<string>();
  for (const { row, item } of asked) {
    const other = items.get(row);
    // A row that the SQL answers with twice is two, and a pattern finds an item once.
    if (other === undefined || row === null || answered.has(row)) say('missing', row);
    else {
      const attributes = compareOwned(item, other.item, names);
      if (attributes.length > 0) say('different', row, attributes);
      answered.add(row);
    }
  }
  const seen = new Set<string>();
  for (const { row } of found) {
    // A row that is found twice is one too many, whatever the SQL says.
    if (row === null || !rows.has(row) || seen.has(row)) say('extra', row);
    if (row !== null) seen.add(row);
  }
  if (!ordered) return differences;
  const both = (
    list: readonly { readonly row: string | null }[],
    other: ReadonlyMap<string | null, unknown>,
  ) => [...new Set(list.map(({ row }) => row).filter((row) => other.has(row)))];
  const [wanted, actual] = [both(asked, items), both(found, rows)];
  const at = wanted.findIndex((row, place) => row !== actual[place]);
  if (at >= 0) say('order', wanted[at] ?? null);
  return differences;
}

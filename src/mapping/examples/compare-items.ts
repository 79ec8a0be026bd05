import type { WireItem, WireValue } from '../../item/attribute-value.js';
import { sameItem } from '../../item/canonical.js';
import { type ExpectedItems, type ExpectedReject, keyText } from './expected-items.js';

/** One way in which what a mapping makes is not what was expected. */
export type ExampleDifference =
  | { readonly kind: 'missing' | 'unexpected'; readonly key: string; readonly item: WireItem }
  | {
      readonly kind: 'different';
      readonly key: string;
      readonly attributes: readonly DifferentAttribute[];
    }
  /** Two items with one key: the second would overwrite the first. */
  | { readonly kind: 'collision'; readonly key: string }
  | { readonly kind: 'missing-reject' | 'unexpected-reject'; readonly reject: ExpectedReject };

/** Null where the attribute is not there. */
export interface DifferentAttribute {
  readonly name: string;
  readonly expected: WireValue | null;
  readonly found: WireValue | null;
}

/** Compares by key, in any order; spellings that DynamoDB holds to be the same (`1.0`, `1`) are equal. */
export function compareItems(
  expected: ExpectedItems,
  found: ExpectedItems,
  keys: readonly [partition: string, sort: string],
): readonly ExampleDifference[] {
  const differences: ExampleDifference[] = [];
  const wanted = new Map(expected.items.map((item) => [keyText(item, keys), item]));
  const made = new Map<string, WireItem>();
  for (const item of found.items) {
    const key = keyText(item, keys);
    if (made.has(key)) differences.push({ kind: 'collision', key });
    made.set(key, item);
  }
  for (const [key, item] of wanted) {
    const other = made.get(key);
    if (other === undefined) differences.push({ kind: 'missing', key, item });
    else if (!sameItem(item, other)) {
      differences.push({ kind: 'different', key, attributes: differentAttributes(item, other) });
    }
  }
  for (const [key, item] of made) {
    if (!wanted.has(key)) differences.push({ kind: 'unexpected', key, item });
  }
  return [...differences, ...compareRejects(expected.rejects, found.rejects)];
}

function differentAttributes(expected: WireItem, found: WireItem): readonly DifferentAttribute[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
  return names
    .map((name) => ({ name, expected: expected[name] ?? null, found: found[name] ?? null }))
    .filter((one) => {
      if (one.expected === null || one.found === null) return true;
      return !sameItem({ value: one.expected }, { value: one.found });
    });
}

function compareRejects(
  expected: readonly ExpectedReject[],
  found: readonly ExpectedReject[],
): readonly ExampleDifference[] {
  const text = ({ entity, copy, source, code }: ExpectedReject) =>
    JSON.stringify([entity, copy, source, code]);
  const [wanted, made] = [new Set(expected.map(text)), new Set(found.map(text))];
  return [
    ...expected
      .filter((reject) => !made.has(text(reject)))
      .map((reject) => ({ kind: 'missing-reject' as const, reject })),
    ...found
      .filter((reject) => !wanted.has(text(reject)))
      .map((reject) => ({ kind: 'unexpected-reject' as const, reject })),
  ];
}

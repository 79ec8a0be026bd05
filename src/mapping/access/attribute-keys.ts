import { compareKeyValues } from '../../item/key-order.js';
import type { SortCondition } from '../mapping.js';
import { beginningOf, type HeldAttribute } from './held-attributes.js';
import type { KeyCondition, KeyParameter, PartitionPlan, SortPlan, Values } from './key-plan.js';
import { termOf } from './pattern-keys.js';
import { type Bound, sortBounds } from './sort-bounds.js';
import type { RangeEnd } from './sort-range.js';

/** The values of an index's partition key; null where the copy never has them. */
export function planAttributes(
  texts: readonly string[],
  held: readonly HeldAttribute[],
): PartitionPlan | null {
  if (texts.length !== held.length) return null;
  const slots = held.map((attribute, at) => fill(texts[at] ?? '', attribute));
  if (!slots.every(isFilled)) return null;
  return {
    parameters: slots.flatMap(({ parameters }) => parameters),
    ask: (values) => [held.map(({ key }, at) => ({ ...key, value: slots[at]?.value(values) ?? '' }))],
  };
}

/** Conditions on the first attributes of a sort key, all but the last equals; null where the copy never meets them. */
export function planAttributeSort(
  conditions: readonly SortCondition[],
  held: readonly HeldAttribute[],
): SortPlan | null {
  const [last] = conditions.slice(-1);
  const attribute = held[conditions.length - 1];
  if (last === undefined) return { parameters: [], ask: () => [[]] };
  const before = conditions.slice(0, -1).filter((condition) => typeof condition === 'string');
  if (attribute === undefined || before.length !== conditions.length - 1) return null;
  const equals = planAttributes(before, held.slice(0, before.length));
  const end = planLast(last, attribute);
  if (equals === null || end === null) return null;
  return {
    parameters: [...equals.parameters, ...end.parameters],
    ask: (values) =>
      equals
        .ask(values)
        .flatMap((keys) =>
          end
            .ask(values)
            .map((condition): readonly KeyCondition[] => [
              ...keys.map((key) => ({ ...key, kind: 'equals' as const })),
              ...condition,
            ]),
        ),
  };
}

function planLast(condition: SortCondition, attribute: HeldAttribute): SortPlan | null {
  const { key } = attribute;
  const bounds = sortBounds(condition);
  if (bounds.kind === 'any') return null;
  if (bounds.kind !== 'range') {
    const { kind } = bounds;
    const slot = kind === 'equals' ? fill(bounds.text, attribute) : fillBeginning(bounds.text, attribute);
    if (slot === null) return null;
    return { parameters: slot.parameters, ask: (values) => [[{ ...key, kind, value: slot.value(values) }]] };
  }
  const from = fillBound(bounds.from, attribute);
  const to = fillBound(bounds.to, attribute);
  if (from === undefined || to === undefined) return null;
  return {
    parameters: [...(from?.parameters ?? []), ...(to?.parameters ?? [])],
    ask(values) {
      const [first, last] = [from?.end(values) ?? null, to?.end(values) ?? null];
      const empty =
        first !== null && last !== null && compareKeyValues(key.type, first.value, last.value) > 0;
      return empty ? [] : [[{ ...key, kind: 'range', from: first, to: last }]];
    },
  };
}

/** The place of one value: what fills it. */
interface Slot {
  readonly parameters: readonly (readonly [name: string, parameter: KeyParameter])[];
  readonly value: (values: Values) => string;
}

function fill(text: string, { parameter, fixed }: HeldAttribute): Slot | null {
  const slot = fillWith(text, parameter);
  const other = slot?.parameters.length === 0 && fixed !== null && slot.value(new Map()) !== fixed;
  return other ? null : slot;
}

function fillBeginning(text: string, attribute: HeldAttribute): Slot | null {
  const beginning = beginningOf(attribute);
  return beginning === null ? null : fillWith(text, beginning);
}

/** Undefined where the bound is no value of the attribute; null where there is none. */
function fillBound(bound: Bound | null, { parameter }: HeldAttribute) {
  if (bound === null) return null;
  const slot = fillWith(bound.text, parameter);
  if (slot === null) return undefined;
  const end = (values: Values): RangeEnd => ({ value: slot.value(values), included: bound.included });
  return { parameters: slot.parameters, end };
}

/** Null where the text is no value of the attribute. */
function fillWith(text: string, parameter: KeyParameter): Slot | null {
  const term = termOf(text);
  if (term === null) return null;
  if (term.kind === 'value') {
    const value = parameter.encode(term.text);
    return value === null ? null : { parameters: [], value: () => value };
  }
  return {
    parameters: [[term.name, parameter]],
    value(values) {
      const value = parameter.encode(values.get(term.name) ?? '');
      if (value === null) throw new TypeError(`${term.name} has no value that fits`);
      return value;
    },
  };
}

function isFilled(slot: Slot | null): slot is Slot {
  return slot !== null;
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileTemplate } from '../../../../src/mapping/compile/compile-template.js';
import { keyRange, keyStart } from '../../../../src/mapping/key/key-range.js';
import { resolveTemplate } from '../../../../src/mapping/key/key-template.js';
import { columnAt, KEY_VALUES, type KeyValues, RUNS } from '../key-values.js';

const KINDS = Object.keys(KEY_VALUES);
const component = fc.record({
  values: fc.constantFrom(...KINDS).map((name) => KEY_VALUES[name] as KeyValues),
  descending: fc.boolean(),
  separator: fc.constantFrom('#', ' ', '!', '"', '#X#', '', '-', 'Z'),
});

/** A template of 2–4 components, some rows for it that share beginnings, and two bounds. */
const cases = fc.array(component, { minLength: 2, maxLength: 4 }).chain((components) => {
  const row = fc.tuple(...components.map(({ values }) => values.raw));
  return fc.record({
    components: fc.constant(components),
    base: row,
    rows: fc.array(fc.tuple(row, fc.nat({ max: components.length })), { minLength: 1, maxLength: 6 }),
    bounds: fc.tuple(row, row),
    given: fc.nat({ max: components.length - 1 }),
  });
});

test('beginsWith and BETWEEN find exactly the rows that they ask for', () => {
  let found = 0;
  let ranges = 0;
  fc.assert(
    fc.property(cases, ({ components, base, rows, bounds, given }) => {
      const text = components
        .map(({ descending, separator }, i) => {
          const end = i === components.length - 1 ? '' : separator;
          return `{c${i}${descending ? ' | desc' : ''}}${end}`;
        })
        .join('');
      const lookup = (_: string, name: string) =>
        columnAt(Number(name.slice(1)), components[Number(name.slice(1))]!.values.type);
      const { template } = resolveTemplate(`P#${text}`, lookup, 'sort');
      if (template === null) return; // a separator that is too weak for the component before it
      const { render } = compileTemplate(template, 'sort');
      const tuples = rows.map(([row, shared]) => row.map((value, i) => (i < shared ? base[i]! : value)));
      const same = (row: readonly string[], upTo: number) =>
        row.every((value, i) => i >= upTo || components[i]!.values.compare(value, base[i]!) === 0);

      const start = keyStart(template, 'sort', base.slice(0, given))!;
      for (const row of tuples) {
        expect(render(row)!.startsWith(start)).toBe(same(row, given));
        found += same(row, given) && given > 0 ? 1 : 0;
      }

      const { compare } = components[given]!.values;
      const [low, high] = bounds.map((bound) => bound[given]!).sort(compare) as [string, string];
      const range = keyRange(template, base.slice(0, given), { low, high });
      if (range === null) return; // fixed width without a separator behind it
      ranges += 1;
      const inRange = (key: Buffer) =>
        Buffer.compare(key, Buffer.from(range.from)) >= 0 && Buffer.compare(key, Buffer.from(range.to)) <= 0;
      for (const row of [...tuples, base]) {
        const value = row[given]!;
        const wanted = same(row, given) && compare(low, value) <= 0 && compare(value, high) <= 0;
        expect(inRange(Buffer.from(render(row)!))).toBe(wanted);
      }
    }),
    { numRuns: RUNS * 3 },
  );
  expect(found).toBeGreaterThan(RUNS / 2);
  expect(ranges).toBeGreaterThan(RUNS / 2);
});

test('a value without an order in the key has no range', () => {
  const text = KEY_VALUES['text']!.type;
  const ask = (column: string) => {
    const { template } = resolveTemplate(`A#{${column}}`, () => columnAt(0, text), 'sort');
    return keyRange(template!, [], { low: 'a', high: 'b' });
  };
  expect(ask('c')).toEqual({ from: 'A#a', to: 'A#b$' });
  expect(ask('c | desc')).toEqual({ from: 'A#9D~', to: 'A#9E~$' });
  for (const lost of ['c | lower', 'c | hash', 'c | raw']) expect(ask(lost)).toBeNull();
});

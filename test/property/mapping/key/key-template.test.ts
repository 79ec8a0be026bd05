import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileTemplate } from '../../../../src/mapping/compile/compile-template.js';
import { resolveTemplate } from '../../../../src/mapping/key/key-template.js';
import { canonical, columnAt, KEY_VALUES, type KeyValues, RUNS } from '../key-values.js';

const KINDS = Object.keys(KEY_VALUES);
const component = fc.record({
  values: fc.constantFrom(...KINDS).map((name) => KEY_VALUES[name] as KeyValues),
  descending: fc.boolean(),
  separator: fc.constantFrom('#', ' ', '!', '"', '#X#', '# ', '', '-', 'Z'),
});

/** A template of 2–4 components and two rows for it, the second equal to the first in a prefix. */
const cases = fc.array(component, { minLength: 2, maxLength: 4 }).chain((components) =>
  fc.record({
    components: fc.constant(components),
    a: fc.tuple(...components.map(({ values }) => values.raw)),
    other: fc.tuple(...components.map(({ values }) => values.raw)),
    shared: fc.nat({ max: components.length }),
  }),
);

test('keys of a random template sort as the tuples of values do, and parse back to them', () => {
  let tried = 0;
  fc.assert(
    fc.property(cases, ({ components, a, other, shared }) => {
      const text = components
        .map(
          ({ descending, separator }, i) =>
            `{c${i}${descending ? ' | desc' : ''}}${i === components.length - 1 ? '' : separator}`,
        )
        .join('');
      const lookup = (_: string, name: string) =>
        columnAt(Number(name.slice(1)), components[Number(name.slice(1))]!.values.type);
      const { template } = resolveTemplate(`P#${text}`, lookup, 'sort');
      if (template === null) return; // a separator that is too weak for the component before it
      tried += 1;
      const { render, parse } = compileTemplate(template, 'sort');
      const b = a.map((value, i) => (i < shared ? value : (other[i] as string)));
      const [one, two] = [render(a), render(b)];
      let order = 0;
      for (const [i, { values, descending }] of components.entries()) {
        order ||= Math.sign(values.compare(a[i] as string, b[i] as string)) * (descending ? -1 : 1);
      }
      expect(Buffer.compare(Buffer.from(one!), Buffer.from(two!))).toBe(order || 0); // no -0
      expect(parse(one!)).toEqual(
        a.map((value, i) => canonical(components[i]!.values.type, value as string)),
      );
    }),
    { numRuns: RUNS * 5 },
  );
  expect(tried).toBeGreaterThan(RUNS / 2);
});

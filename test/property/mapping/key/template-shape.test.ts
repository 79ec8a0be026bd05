import fc from 'fast-check';
import { expect, it } from 'vitest';
import { COMPONENT, canEqual, canStart, type Shape } from '../../../../src/mapping/key/template-shape.js';

const literals = fc.string({ unit: fc.constantFrom('A', 'B', '#', ' '), maxLength: 4 });
const components = fc.string({ unit: fc.constantFrom('A', 'B', '%'), maxLength: 3 });
const shapes: fc.Arbitrary<Shape> = fc.array(fc.oneof(literals, fc.constant(COMPONENT)), { maxLength: 5 });

/** A shape and a text of it. */
const written = shapes.chain((shape) =>
  fc
    .tuple(...shape.map((part) => (part === COMPONENT ? components : fc.constant(part))))
    .map((pieces) => ({ shape, text: pieces.join('') })),
);

/** The same question to a regular expression. */
function expression(shape: Shape): RegExp {
  return new RegExp(`^${shape.map((part) => (typeof part === 'string' ? part : '[AB%]*')).join('')}$`);
}

it('a text equals a shape when it is one of its texts, and only then', () => {
  fc.assert(
    fc.property(
      shapes,
      fc.oneof(
        literals,
        written.map(({ text }) => text),
      ),
      (shape, text) => {
        expect(canEqual([text], shape)).toBe(expression(shape).test(text));
        expect(canEqual(shape, [text])).toBe(expression(shape).test(text));
      },
    ),
  );
});

it('shapes that share a text can be equal', () => {
  fc.assert(
    fc.property(written, shapes, ({ shape, text }, other) => {
      if (expression(other).test(text)) expect(canEqual(shape, other)).toBe(true);
    }),
  );
});

it('every beginning of a text can start its shape', () => {
  fc.assert(
    fc.property(written, fc.nat(12), ({ shape, text }, length) => {
      expect(canStart([text.slice(0, length)], shape)).toBe(true);
      expect(canStart([`${text}$`], shape)).toBe(false);
    }),
  );
});

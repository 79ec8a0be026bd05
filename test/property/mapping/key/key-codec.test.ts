import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPlainText } from '../../../../src/item/json-text.js';
import { keyCodec } from '../../../../src/mapping/key/key-codecs.js';
import { canonical, KEY_VALUES, RUNS } from '../key-values.js';

const WRITINGS = [
  { plain: false, descending: false, digits: null },
  { plain: false, descending: true, digits: null },
] as const;

describe.each(Object.entries(KEY_VALUES))('keys of %s', (_name, { type, raw, compare }) => {
  test.each(WRITINGS)('sort as the values do and read back (descending: $descending)', (writing) => {
    const codec = keyCodec(type, writing)!;
    const direction = writing.descending ? -1 : 1;
    fc.assert(
      fc.property(raw, raw, (a, b) => {
        const [one, other] = [codec.encode(a), codec.encode(b)];
        if (one === null || other === null) throw new Error(`refused: ${one === null ? a : b}`);
        const order = Math.sign(compare(a, b)) * direction || 0; // no -0
        expect(Buffer.compare(Buffer.from(one), Buffer.from(other))).toBe(order);
        expect(codec.decode(one)).toBe(canonical(type, a));
        if (codec.width !== null) {
          expect(codec.width(one, 0)).toBe(one.length);
          expect(isPlainText(one)).toBe(true);
        }
        expect([...Buffer.from(one)].every((byte) => byte >= 0x25)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test('plainly, are one text for equal values, and read back', () => {
    const codec = keyCodec(type, { plain: true, descending: false, digits: null })!;
    fc.assert(
      fc.property(raw, raw, (a, b) => {
        const one = codec.encode(a) ?? '(refused)';
        expect(one === codec.encode(b)).toBe(compare(a, b) === 0);
        expect(codec.decode(one)).toBe(canonical(type, a));
      }),
      { numRuns: RUNS },
    );
  });

  test('read nothing that was not written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...WRITINGS),
        fc.string({ maxLength: 30 }),
        raw,
        fc.nat(),
        (writing, noise, value, at) => {
          const codec = keyCodec(type, writing)!;
          const written = codec.encode(value) ?? '';
          const cut = at % (written.length + 1);
          for (const text of [noise, written.slice(0, cut) + noise.slice(0, 1) + written.slice(cut + 1)]) {
            const decoded = codec.decode(text);
            if (decoded !== null) expect(codec.encode(decoded)).toBe(text);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineageText, lineageWriter, parseLineage } from '../../../src/mapping/lineage.js';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '42', 'a#b', 'ä', '"', '\\', '\ud800'),
);

it('a lineage that is written part by part is the JSON of its text, with its bytes', () => {
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 3 }), fc.nat(100), (table, key, before) => {
      const into = { bytes: before };
      const json = lineageWriter(table)(key, into);
      const whole = lineageText({ table, key });
      expect(JSON.parse(json)).toBe(whole);
      expect(into.bytes - before).toBe(Buffer.byteLength(whole));
    }),
  );
});

it('a lineage tells its table and key', () => {
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 3 }), (table, key) => {
      expect(parseLineage(lineageText({ table, key }))).toEqual({ table, key });
    }),
  );
});

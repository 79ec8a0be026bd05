import fc from 'fast-check';
import { expect, it } from 'vitest';
import { moduleTree } from '../../../../src/mapping/document/module-tree.js';
import { locator } from '../../../../src/mapping/document/text-tree.js';

const json = fc.object({
  key: fc.string(),
  maxDepth: 4,
  values: [fc.string(), fc.integer(), fc.constant(null)],
});

it('any text is read to an end', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '`',
    '${',
    "'",
    '"',
    '/*',
    '*/',
    '//',
    '\n',
    '\\',
    ',',
    ':',
    'a',
    '...',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (text) => {
      const tree = moduleTree(`export default {${text.join('')}`, {});
      expect(tree === null || tree.children instanceof Map).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

it('a place that is given for a text has that text', () => {
  fc.assert(
    fc.property(json, (document) => {
      const source = `export default ${JSON.stringify(document, null, 2)};`;
      const locate = locator(() => moduleTree(source, document), source, 'shop.ts');
      for (const [key, value] of Object.entries(document)) {
        const place = locate([key], 0);
        if (
          typeof value !== 'string' ||
          place === null ||
          /["\\]/.test(key + JSON.stringify(value).slice(1, -1))
        )
          continue;
        expect(place.excerpt.slice(place.column - 1).startsWith(value) || value === '').toBe(true);
      }
    }),
    { examples: [[{ '': '${' }]] },
  );
});

import { describe, expect, it } from 'vitest';
import { moduleTree } from '../../../../src/mapping/document/module-tree.js';
import { locator } from '../../../../src/mapping/document/text-tree.js';

/** The text from where a path of the document is said to stand, or null. */
function at(source: string, document: unknown, ...path: (string | number)[]): string | null {
  const place = locator(() => moduleTree(source, document), source, 'shop.ts')(path);
  return place === null ? null : place.excerpt.slice(place.column - 1);
}

describe('the literal of a module', () => {
  it.each([
    [
      'strings of all kinds',
      'export default { a: \'x{\', "b": "}", \'c\': `,` };',
      { a: 'x{', b: '}', c: ',' },
      'c',
      '`,` };',
    ],
    ['comments', '/* { */ export default { // }\n a: 1, /* , */ b: 2 };', { a: 1, b: 2 }, 'b', '2 };'],
    [
      'calls and functions',
      'export default { a: f({ b: 1 }, (x) => { return [x]; }), c: 3 };',
      { a: 0, c: 3 },
      'c',
      '3 };',
    ],
    [
      'templates with braces',
      'export default { a: `$' + '{{ b: `}` }.b}`, c: 3 };',
      { a: '}', c: 3 },
      'c',
      '3 };',
    ],
    [
      'types',
      "export const mapping: Mapping = { a: 'x' as const, c: { d: 1 } satisfies Part };",
      { a: 'x', c: { d: 1 } },
      'a',
      "'x' as const, c: { d: 1 } satisfies Part };",
    ],
    [
      'shorthands and computed keys',
      'export default { a, [b]: 1, ...c, d: 2 };',
      { a: 0, b: 1, d: 2 },
      'a',
      'a, [b]: 1, ...c, d: 2 };',
    ],
  ])('is read through %s', (_, source, document, key, text) => {
    expect(at(source, document, key)).toBe(text);
  });

  it('gives elements of lists their place, up to a spread', () => {
    const source = "export default { list: ['a', 'b', ...more, 'z'] };";
    expect(at(source, { list: ['a', 'b', 'c', 'z'] }, 'list', 1)).toBe("'b', ...more, 'z'] };");
    expect(at(source, { list: ['a', 'b', 'c', 'z'] }, 'list', 3)).toBe(source.slice(source.indexOf('list')));
  });

  it('is not followed into what a variable or an expression holds', () => {
    const source = "export default { table: { name: 'a' + b, keys } };";
    expect(at(source, { table: { name: 'ab', keys: { pk: 'pk' } } }, 'table', 'keys', 'pk')).toBe(
      'keys } };',
    );
    expect(at(source, { table: { name: 'ab', keys: {} } }, 'table', 'name')).toBe("'a' + b, keys } };");
  });
});

describe('no place is given', () => {
  it.each([
    ['there is no literal', 'export default build();', {}],
    ['there are two', 'defineMapping({ a: 1 }); export default defineMapping({ a: 2 });', { a: 2 }],
    [
      'the literal says something else',
      "const base = defineMapping({ a: 'x' }); export default { ...base, a: 'y' };",
      { a: 'y' },
    ],
    ['it is cut off', "export default { a: 'x", { a: 'y' }],
  ])('where %s', (_, source, document) => {
    expect(at(source, document, 'a')).toBeNull();
  });
});

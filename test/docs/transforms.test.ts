import { expect, test } from 'vitest';
import { TRANSFORMS } from '../../src/mapping/key/transforms.js';
import { readPage } from './code-blocks.js';
import { transformsPage } from './transforms-page.js';

test('docs/transforms.md is what the code says: npm run docs writes it', () => {
  expect(readPage('docs/transforms.md')).toBe(transformsPage());
});

test('the example of every transform calls it', () => {
  for (const [name, { example }] of Object.entries(TRANSFORMS))
    expect(example.call).toMatch(new RegExp(`^${name}\\b`));
});

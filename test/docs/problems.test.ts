import { expect, test } from 'vitest';
import { readPage } from './code-blocks.js';
import { problemsPage } from './problems-page.js';

test('docs/problems.md is what the code says: npm run docs writes it', () => {
  expect(readPage('docs/problems.md')).toBe(problemsPage());
});

import { expect, it } from 'vitest';
import { formatProblems } from '../../../src/mapping/format-problems.js';
import type { Problem } from '../../../src/mapping/problem.js';

const problem: Problem = {
  severity: 'error',
  code: 'UNKNOWN_KEY',
  message: 'there is no key form here',
  fix: 'Did you mean from?',
  path: ['entities', 'Order', 'form'],
  place: { file: 'shop.yaml', line: 7, column: 5, excerpt: '    form: orders' },
};

function place(excerpt: string, column: number): Problem {
  return { ...problem, place: { file: 'shop.yaml', line: 7, column, excerpt } };
}

it('shows the line with a caret, what is wrong and what to do', () => {
  expect(formatProblems([problem])).toBe(`error UNKNOWN_KEY at shop.yaml:7:5
  | form: orders
  | ^
  there is no key form here
  Did you mean from?
`);
});

it('separates problems by an empty line, and names the path where there is no place', () => {
  expect(
    formatProblems([
      { ...problem, place: null, fix: null },
      { ...problem, place: null, path: [] },
    ]),
  ).toBe(
    `error UNKNOWN_KEY at entities.Order.form
  there is no key form here

error UNKNOWN_KEY
  there is no key form here
  Did you mean from?
`,
  );
});

it('keeps the caret under its column behind tabs and in long lines', () => {
  const under = (text: string) => {
    const [, line = '', caret = ''] = formatProblems([place(text, text.indexOf('form') + 1)]).split('\n');
    return line.slice(caret.indexOf('^'), caret.indexOf('^') + 4);
  };
  expect(under('\t\tform: orders')).toBe('form');
  expect(under(`a:\tform`)).toBe('form');
  expect(under(`${'x'.repeat(300)} form: ${'y'.repeat(300)}`)).toBe('form');
  expect(formatProblems([place('x'.repeat(5000), 4000)]).length).toBeLessThan(400);
});

it('shows nothing of an empty line, and nothing for no problems', () => {
  expect(formatProblems([place('', 1)])).not.toContain('|');
  expect(formatProblems([])).toBe('');
});

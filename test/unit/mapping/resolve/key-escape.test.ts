import { expect, it } from 'vitest';
import { compileTemplate } from '../../../../src/mapping/compile/compile-template.js';
import { resolveMapping } from '../../../../src/mapping/resolve-mapping.js';
import { changed, loadText, SHOP } from '../shop.js';

/** Renders the partition key of the index that holds a customer's mail address. */
function renderEmail(defaults: string, email: string): string | null {
  const text = changed(['version: 1\n', `version: 1\ndefaults: ${defaults}\n`]);
  const { resolved } = resolveMapping(loadText(text).mapping, SHOP);
  const [customer] = resolved!.entities;
  const { pk } = customer!.copies[0]!.indexes[0]!;
  const row = customer!.query.columns.map(({ column }) => (column.name === 'email' ? email : '1'));
  return compileTemplate(pk, 'partition').render(row);
}

it('text that a key has to escape is escaped, or refused where keyEscape says so', () => {
  expect(renderEmail('{ keyEscape: percent }', 'Ann Lee')).toBe('EMAIL#ann%20lee');
  expect(renderEmail('{ keyEscape: reject }', 'Ann Lee')).toBeNull();
  expect(renderEmail('{ keyEscape: reject }', 'Ann.Lee')).toBe('EMAIL#ann.lee');
});

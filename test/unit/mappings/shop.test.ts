import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import fromTypeScript from '../../../mappings/shop.js';

test('the two spellings of the shop mapping say the same', () => {
  const fromYaml = parse(readFileSync(new URL('../../../mappings/shop.yaml', import.meta.url), 'utf8'));
  expect(fromTypeScript).toEqual(fromYaml);
});

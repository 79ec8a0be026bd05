import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadMapping } from '../../../src/mapping/load-mapping.js';

const file = (name: string) => fileURLToPath(new URL(`../../../mappings/${name}`, import.meta.url));

it('mappings/shop.yaml and mappings/shop.ts have one meaning', async () => {
  const yaml = await loadMapping(file('shop.yaml'));
  const typescript = await loadMapping(file('shop.ts'));
  expect(typescript.mapping).toEqual(yaml.mapping);
  expect(typescript.digest).toBe(yaml.digest);
});

it('mappings/shop.ts has a place for each of its parts', async () => {
  const { place, mapping } = await loadMapping(file('shop.ts'));
  for (const name of Object.keys(mapping.entities)) {
    const at = place(['entities', name], 'key');
    expect(at?.excerpt.slice(at.column - 1).startsWith(name), name).toBe(true);
  }
});

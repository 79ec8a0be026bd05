import { expect, it } from 'vitest';
import { checkMapping } from '../../../src/mapping/check-mapping.js';
import { idleIgnores, withoutIgnored } from '../../../src/mapping/ignore-warnings.js';
import { changed, DOCUMENT, loadText, SHOP } from './shop.js';

const UNUSED = changed(['sortKey: gsi1sk }', 'sortKey: gsi1sk }\n    other: { partitionKey: o }']);

function checked(text: string, ignore: string) {
  const loaded = loadText(`${text}check:\n  ignore: ${ignore}\n`);
  const problems = checkMapping(loaded, SHOP);
  return {
    shown: withoutIgnored(problems, loaded.mapping).map(({ code }) => code),
    idle: idleIgnores(problems, loaded).map(({ message, place }) => `${place?.line}: ${message}`),
  };
}

it('a warning is silenced everywhere by its code, or at and below one place', () => {
  expect(checked(UNUSED, '[]').shown).toEqual(['INDEX_UNUSED']);
  for (const rule of [
    'INDEX_UNUSED',
    '{ code: INDEX_UNUSED, at: table.indexes.other }',
    '{ code: INDEX_UNUSED, at: table }',
  ])
    expect(checked(UNUSED, `[${rule}]`)).toEqual({ shown: [], idle: [] });
});

it('a rule for another place, or for what is no warning, is one itself', () => {
  expect(checked(UNUSED, '[{ code: INDEX_UNUSED, at: table.indexes.oth }]')).toEqual({
    shown: ['INDEX_UNUSED'],
    idle: ['43: there is no warning INDEX_UNUSED at table.indexes.oth to ignore'],
  });
  expect(checked(DOCUMENT, '[COPY_UNREAD]').idle).toEqual(['42: there is no warning COPY_UNREAD to ignore']);
});

it('a rule for what the statistics of another database say may match nothing', () => {
  expect(checked(DOCUMENT, '[PARTITION_HOT]').idle).toEqual([]);
});

it('errors cannot be silenced', () => {
  expect(() => checked(UNUSED, '[UNKNOWN_COLUMN]')).toThrow('shop.yaml');
});

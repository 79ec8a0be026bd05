import { expect, it } from 'vitest';
import { align, patternTokens } from '../../../../src/mapping/access/align.js';
import { template } from '../columns.js';

const lay = (pattern: string, key: string, prefix = false) =>
  align(patternTokens(pattern), template(key, 'sort'), prefix);

it('a placeholder is one whole component, whatever it is called', () => {
  expect(lay('ORDER#{when}#{order}', 'ORDER#{id}#{name}')).toMatchObject({
    parts: [1, 3],
    tail: '',
    complete: true,
  });
  expect(lay('ORDER#{when}', 'ORDER#{id}#{name}')).toBeNull();
  expect(lay('ORDER#{a}{b}', 'ORDER#{id}')).toBeNull();
});

it('a prefix ends anywhere, and knows the separator that comes next', () => {
  expect(lay('ORDER#{when}', 'ORDER#{id}#{name}', true)).toMatchObject({
    parts: [1],
    tail: '#',
    complete: false,
  });
  expect(lay('ORD', 'ORDER#{id}', true)).toMatchObject({ parts: [], tail: 'ER#', complete: false });
  expect(lay('ORDER#{id}', 'ORDER#{id}', true)).toMatchObject({ parts: [1], tail: '', complete: true });
  expect(lay('ODER', 'ORDER#{id}', true)).toBeNull();
});

it('a literal may be the value of a component, which ends at the separator', () => {
  expect(lay('STATUS#PAID#{shard}', 'STATUS#{name}#{id | shard(4)}')).toEqual({
    ...{ parts: [3], tail: '', complete: true },
    ...{ texts: new Map([[1, 'PAID']]), cut: null },
  });
  expect(lay('STATUS#PAID', 'STATUS#{name}')).toMatchObject({ parts: [] });
  expect(lay('STATUS#PA#ID', 'STATUS#{name}')).toBeNull();
});

it('a prefix may end within a component, and says in which', () => {
  expect(lay('ORDER#1', 'ORDER#{id}#{name}', true)).toMatchObject({ texts: new Map([[1, '1']]), cut: 1 });
  expect(lay('ORDER#1#', 'ORDER#{id}#{name}', true)).toMatchObject({ texts: new Map([[1, '1']]), cut: null });
  expect(lay('ORDER#', 'ORDER#{id}', true)).toMatchObject({ texts: new Map(), cut: null });
});

it('transforms of a placeholder are those of the component, or none are written', () => {
  expect(lay('{n | shard(4)}', '{id | shard(4)}')).not.toBeNull();
  expect(lay('{n}', '{id | shard(4)}')).not.toBeNull();
  expect(lay('{n | shard(5)}', '{id | shard(4)}')).toBeNull();
});

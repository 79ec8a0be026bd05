import { describe, expect, it } from 'vitest';
import { compileDerive } from '../../../../src/mapping/compile/compile-derive.js';
import { type DeriveRow, type DeriveValue, derive } from '../../../../src/mapping/derive.js';
import type { ResolvedDerive } from '../../../../src/mapping/resolved-mapping.js';
import type { Encoding } from '../../../../src/mapping/value/encode-value.js';
import { column, row } from '../columns.js';

function compiled(compute: (row: DeriveRow) => DeriveValue) {
  const source: ResolvedDerive = {
    kind: 'derive',
    columns: [column('id'), column('name')],
    names: ['id', 'name'],
    derive: compute,
    as: null,
    whole: false,
    place: 'entities.Thing.attributes.a',
  };
  const write = compileDerive(source, 0);
  return (name: string | null) => {
    const named = name === null ? {} : { name };
    const into: Encoding = { bytes: 0, failure: null };
    const text = write({ row: row({ id: '1', ...named }), children: [], overflow: false }, into);
    return into.failure ?? text;
  };
}

describe('a function of the row', () => {
  it('is given the columns that it asked for, frozen, and nothing else', () => {
    const rows: DeriveRow[] = [];
    compiled((given) => {
      rows.push(given);
      return undefined;
    })('a');
    expect(rows[0]).toEqual({ id: '1', name: 'a' });
    expect(Object.isFrozen(rows[0])).toBe(true);
  });

  it('fails for a row, with the first line of what it threw', () => {
    const write = compiled(({ name }) => {
      if (name === 'bad') throw new Error('one line\nand another');
      return name;
    });
    expect(write('bad')).toEqual({ code: 'DERIVE_FAILED', reason: 'derive threw: one line' });
    expect(write('good')).toBe('{"S":"good"}');
    expect(write(null)).toBeNull();
  });

  it('that changes the row fails', () => {
    const write = compiled((given) => Object.assign(given, { name: 'other' }));
    expect(write('a')).toMatchObject({ code: 'DERIVE_FAILED' });
  });

  it.each<[title: string, compute: (row: DeriveRow) => DeriveValue]>([
    ['the clock', () => Date.now()],
    ['the date', () => new Date().toISOString()],
    ['chance', () => Math.random()],
    [
      'what happened before',
      (
        (calls = 0) =>
        () => {
          calls += 1;
          return String(calls);
        }
      )(),
    ],
    [
      'what happened before, by failing',
      (
        (calls = 0) =>
        () => {
          calls += 1;
          if (calls % 2 === 0) throw new Error('even');
          return 'odd';
        }
      )(),
    ],
  ])('that asks %s is impure', (_, compute) => {
    expect(() => compiled(compute)('a')).toThrowError(
      expect.objectContaining({
        code: 'MAPPING_IMPURE',
        message: 'entities.Thing.attributes.a made different values of one row',
      }),
    );
  });

  it('is asked twice on samples alone', () => {
    let calls = 0;
    const write = compiled(() => {
      calls += 1;
      return 'a';
    });
    for (let at = 0; at < 3000; at += 1) write('a');
    expect(calls).toBe(3000 + 8 + 2);
  });
});

describe('derive', () => {
  it('is what a mapping holds, its row typed by the columns', () => {
    const made = derive(['a', 'b.c'], (given) => {
      // @ts-expect-error: only a and b.c were asked for
      given.d;
      return [given.a, given['b.c']];
    });
    expect(made.columns).toEqual(['a', 'b.c']);
    expect(made.derive({ a: '1', 'b.c': null })).toEqual(['1', null]);
    // @ts-expect-error: a Date is no value of DynamoDB
    derive(['a'], () => new Date());
    // @ts-expect-error: text or number
    derive(['a'], () => 'a', { as: 'cents' });
  });
});

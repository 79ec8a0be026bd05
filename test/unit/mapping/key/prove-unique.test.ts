import { describe, expect, it } from 'vitest';
import { proveUnique, type UniquenessFinding } from '../../../../src/mapping/key/prove-unique.js';
import { copyOf, entityOf } from '../entities.js';

/** `Thing.main` for a copy that is not proved by itself, `Thing.main = Other.copy` for two that may meet. */
const brief = (findings: readonly UniquenessFinding[]) =>
  findings.map(
    ({ entity, copy, other }) =>
      `${entity}.${copy}${other === null ? '' : ` = ${other.entity}.${other.copy}`}`,
  );

const one = (pk: string, sk: string) => proveUnique([entityOf('Thing', [copyOf('main', pk, sk)])]);
const two = (pk: string, sk: string, otherPk: string, otherSk: string) =>
  brief(proveUnique([entityOf('A', [copyOf('x', pk, sk)]), entityOf('B', [copyOf('y', otherPk, otherSk)])]));

describe('proveUnique', () => {
  it.each([
    ['T#{id}', 'PROFILE'],
    ['T', '{at}#{id}'],
    ['T#{name}', '{id | desc}'],
    ['T#{id | pad(5)}', 'A'],
  ])('proves a key that holds the identity: %s / %s', (pk, sk) => {
    expect(one(pk, sk)).toEqual([]);
  });

  it.each([
    ['T#{name}', 'PROFILE'],
    ['T#{id | shard(8)}', 'PROFILE'],
    ['T', '{id | hash}'],
  ])('does not prove one that loses it: %s / %s', (pk, sk) => {
    expect(brief(one(pk, sk))).toEqual(['Thing.main']);
    expect(one(pk, sk)[0]).toMatchObject({ fix: 'End the sort key with #{id}.' });
  });

  it('proves a key that holds another unique key of the table, but not a lower-cased one', () => {
    const prove = (pk: string) =>
      brief(proveUnique([entityOf('Thing', [copyOf('main', pk, 'A')])], () => [['name']]));
    expect(prove('T#{name}')).toEqual([]);
    expect(prove('T#{name | lower}')).toEqual(['Thing.main']);
  });

  it.each([
    ['different literals', 'A#{id}', 'X', 'B#{id}', 'X'],
    ['different literals behind components', 'A#{id}', '{name}#X#{id}', 'A#{id}', '{name}#Y#{id}'],
    ['more separators', 'A#{id}', 'X', 'A#{id}#', 'X'],
    ['different separators', 'A#{id}', 'X', 'A {id}', 'X'],
    ['a prefix', 'A#{id}', 'ORDER{id}', 'A#{id}', 'PROFILE'],
    ['a suffix', 'A#{id}', '{id}X', 'A#{id}', '{at}Y'],
    ['widths', 'A#{id}', '{at}', 'A#{id}', '{day}'],
    ['a literal that no component writes', 'A#{id}', 'X', 'A#CONFIG', 'X'],
    ['sort keys alone', 'A#{id}', 'PROFILE', 'A#{id}', 'ORDER#{id}'],
  ])('proves two copies apart by %s', (_, pk, sk, otherPk, otherSk) => {
    expect(two(pk, sk, otherPk, otherSk).filter((finding) => finding.includes('='))).toEqual([]);
    expect(two(otherPk, otherSk, pk, sk).filter((finding) => finding.includes('='))).toEqual([]);
  });

  it.each([
    ['A#{id}', 'PROFILE', 'A#{id}', 'PROFILE'],
    ['A#{id}', '{name}', 'A#{id}', 'PROFILE'],
    ['A#{id}', '{name}#{id}', 'A#{id}', 'ORDER#{id}'],
    ['{name}', 'X', '{id}', 'X'],
    ['A#{id}', 'X', 'A#42', 'X'],
  ])('does not prove %s / %s and %s / %s apart', (...keys) => {
    expect(two(...(keys as [string, string, string, string]))).toContain('B.y = A.x');
  });

  it('compares the copies of one entity too', () => {
    const copies = [copyOf('x', 'A#{id}', 'X'), copyOf('y', 'A#{id}', 'X'), copyOf('z', 'A#{id}', 'Z')];
    expect(brief(proveUnique([entityOf('A', copies)]))).toEqual(['A.y = A.x']);
  });
});

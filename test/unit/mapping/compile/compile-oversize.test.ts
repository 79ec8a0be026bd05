import { describe, expect, it } from 'vitest';
import type { WireItem } from '../../../../src/item/attribute-value.js';
import { LIMITS } from '../../../../src/item/limits.js';
import { OVERSIZE, restoreItem } from '../../../../src/item/oversize.js';
import { itemBytes } from '../../../../src/item/size.js';
import { compileMapping } from '../../../../src/mapping/compile-mapping.js';
import { nothingMapped } from '../../../../src/mapping/mapper.js';
import type { ResolvedCopy, ResolvedIndex } from '../../../../src/mapping/resolved-mapping.js';
import { row, template } from '../columns.js';
import { attributesOf, copyOf, entityOf, mappingOf } from '../entities.js';

const GSI: ResolvedIndex = {
  name: 'gsi1',
  partitionKey: 'gpk',
  sortKey: 'gsk',
  projection: { kind: 'include', attributes: ['total', 'name'] },
};
const INVERTED: ResolvedIndex = {
  name: 'inverted',
  partitionKey: 'sk',
  sortKey: 'pk',
  projection: { kind: 'keysOnly' },
};

function mapped(name: string, oversize: ResolvedCopy['oversize']) {
  const indexes = [
    { index: GSI, pk: template('N#{id}', 'partition'), sk: template('{total}', 'sort') },
    { index: INVERTED, pk: template('A#{id}', 'partition'), sk: template('P#{id | raw}', 'sort') },
  ];
  const copy = copyOf('main', 'P#{id}', 'A#{id | raw}', { indexes, attributes: [0, 1], oversize });
  const entity = entityOf('Thing', [copy], { attributes: attributesOf('name', 'total') });
  const into = nothingMapped();
  const mapping = mappingOf(entity);
  const [mapper] = compileMapping({
    ...mapping,
    table: { ...mapping.table, indexes: [GSI, INVERTED] },
  }).entities;
  mapper?.map({ row: row({ id: '7', name, total: '1.50' }), children: [], overflow: false }, into);
  return { ...into, wires: into.items.map(({ json }) => JSON.parse(json) as WireItem) };
}

const LARGE = 'Zoë '.repeat(200_000);

describe('an item over 400 KB', () => {
  it('with gzip is one item whose largest attribute is compressed', () => {
    const { items, wires, rejects } = mapped(LARGE, 'gzip');
    expect(rejects).toEqual([]);
    expect(items).toHaveLength(1);
    expect(items[0]!.bytes).toBe(itemBytes(wires[0]!));
    expect(wires[0]![OVERSIZE.zipped]).toEqual({ SS: ['name'] });
    expect(wires[0]!['total']).toEqual({ N: '1.5' });
    expect(restoreItem(wires[0]!)['name']).toEqual({ S: LARGE });
    expect(items[0]!.indexed.map(({ index }) => index)).toEqual(['gsi1', 'inverted']);
  });

  it('with split is a head and parts behind it, of which only an index of the table keys knows', () => {
    const { items, wires } = mapped(LARGE, 'split');
    expect(wires.map(({ sk }) => sk?.['S'])).toEqual(['A#7', 'A#7$0001', 'A#7$0002', 'A#7$0003']);
    expect(items.map(({ key }) => key)[1]).toBe('{"pk":{"S":"P#7"},"sk":{"S":"A#7$0001"}}');
    expect(items.every(({ partition }) => partition === 'P#7')).toBe(true);
    expect(
      items.map(({ indexed }) => indexed.map(({ index, partition }) => `${index} ${partition}`)),
    ).toEqual([
      ['gsi1 N#7', 'inverted A#7'],
      ['inverted A#7$0001'],
      ['inverted A#7$0002'],
      ['inverted A#7$0003'],
    ]);
    for (const [at, { bytes }] of items.entries()) {
      expect(bytes).toBe(itemBytes(wires[at]!));
      expect(bytes).toBeLessThanOrEqual(LIMITS.itemBytes);
    }
    const [head, ...parts] = wires as [WireItem, ...WireItem[]];
    expect(head).toEqual({
      ...{ pk: { S: 'P#7' }, sk: { S: 'A#7' }, gpk: { S: 'N#7' }, gsk: { S: '0001.50' } },
      ...{ _type: { S: 'Thing' }, _src: { S: 'things#7' }, total: { N: '1.5' }, _parts: { N: '3' } },
    });
    expect(parts.every(({ _type, _src }) => _type?.['S'] === 'Thing' && _src?.['S'] === 'things#7')).toBe(
      true,
    );
    expect(restoreItem(head, parts)).toMatchObject({ name: { S: LARGE }, total: { N: '1.5' } });
  });

  it('is a reject where neither is asked for, or gzip is not enough', () => {
    expect(mapped(LARGE, 'reject').rejects[0]).toMatchObject({ code: 'ITEM_TOO_LARGE' });
    let noise = '';
    for (let i = 1; noise.length < 2_000_000; i += 1) noise += Math.sin(i).toString(36).slice(3, 12);
    expect(mapped(noise, 'gzip').rejects[0]).toMatchObject({
      code: 'ITEM_TOO_LARGE',
      reason: expect.stringMatching(/409600 are allowed, and gzip does not make it fit$/) as string,
    });
  });

  it('is never touched where it fits', () => {
    for (const policy of ['gzip', 'split'] as const) {
      expect(mapped('small', policy).wires[0]).toEqual(mapped('small', 'reject').wires[0]);
    }
  });
});

import { describe, expect, it } from 'vitest';
import type { WireItem } from '../../../src/item/attribute-value.js';
import { itemBytes } from '../../../src/item/size.js';
import { compileMapping } from '../../../src/mapping/compile-mapping.js';
import { type Mapped, nothingMapped } from '../../../src/mapping/mapper.js';
import type {
  Constant,
  ResolvedAttribute,
  ResolvedEntity,
  ResolvedIndex,
} from '../../../src/mapping/resolved-mapping.js';
import type { RowTree } from '../../../src/source/source.js';
import { column, row, template } from './columns.js';
import { attributesOf, copyOf, entityOf, mappingOf } from './entities.js';

const tree = (cells: Parameters<typeof row>[0], rest: Partial<RowTree> = {}): RowTree => ({
  row: row(cells),
  children: [],
  overflow: false,
  ...rest,
});

function mapped(entity: ResolvedEntity, ...trees: RowTree[]): Mapped {
  const into = nothingMapped();
  const [mapper] = compileMapping(mappingOf(entity)).entities;
  for (const one of trees) mapper?.map(one, into);
  expect(into.items.length + into.rejects.length + into.skipped).toBe(trees.length * entity.copies.length);
  return into;
}

const reasons = ({ rejects }: Mapped) =>
  rejects.map(({ copy, code, reason, key }) => [copy, code, reason, key]);

const GSI: ResolvedIndex = {
  name: 'gsi1',
  partitionKey: 'g"pk',
  sortKey: 'gsk',
  projection: { kind: 'keysOnly' },
};

describe('compileMapping', () => {
  it('writes attributes in canonical order: table keys, index keys, entity, lineage, the rest', () => {
    const indexes = [{ index: GSI, pk: template('N#{name}', 'partition'), sk: template('{total}', 'sort') }];
    const copy = copyOf('main', 'P#{id}', 'A', { indexes, attributes: [0, 1] });
    const { items } = mapped(
      entityOf('Thing', [copy], { attributes: attributesOf('name', 'total') }),
      tree({ id: '7', name: 'a"b', total: '1.50' }),
    );
    const json =
      '{"pk":{"S":"P#7"},"sk":{"S":"A"},"g\\"pk":{"S":"N#a%22b"},"gsk":{"S":"0001.50"},' +
      '"_type":{"S":"Thing"},"_src":{"S":"things#7"},"name":{"S":"a\\"b"},"total":{"N":"1.5"}}';
    const keys = { pk: { S: 'P#7' }, sk: { S: 'A' }, 'g"pk': { S: 'N#a%22b' }, gsk: { S: '0001.50' } };
    expect(items).toEqual([
      {
        entity: 'Thing',
        copy: 'main',
        key: '{"pk":{"S":"P#7"},"sk":{"S":"A"}}',
        partition: 'P#7',
        indexed: [{ index: 'gsi1', partition: 'N#a%22b', bytes: itemBytes(keys) }],
        json,
        bytes: itemBytes(JSON.parse(json) as WireItem),
        origin: { table: 'things', key: ['7'] },
      },
    ]);
  });

  it('leaves both attributes of an index off when one is NULL, and rejects an empty one', () => {
    const indexes = [{ index: GSI, pk: template('{name}', 'partition'), sk: template('{total}', 'sort') }];
    const entity = entityOf('Thing', [copyOf('main', 'P#{id}', 'A', { indexes })]);
    const sparse = mapped(entity, tree({ id: '1', name: 'x' }), tree({ id: '2', total: '1' }));
    expect(
      sparse.items.map(({ indexed, json }) => [indexed, json.includes('gsk'), json.includes('g\\"pk')]),
    ).toEqual([
      [[], false, false],
      [[], false, false],
    ]);
    const empty = mapped(
      entity,
      tree({ id: '1', name: '', total: '1' }),
      tree({ id: '1', name: 'x'.repeat(2049), total: '1' }),
    );
    expect(empty.rejects.map(({ code }) => code)).toEqual(['KEY_EMPTY', 'KEY_TOO_LONG']);
    expect(reasons(mapped(entity, tree({ id: '1', name: 'x', total: '12345' })))).toEqual([
      [
        'main',
        'KEY_OUT_OF_RANGE',
        'index gsi1: total does not fit the key: "12345"',
        '{"pk":{"S":"P#1"},"sk":{"S":"A"}}',
      ],
    ]);
  });

  it('takes the partition of an inverted index from the table keys, which are written once', () => {
    const inverted: ResolvedIndex = {
      name: 'inverted',
      partitionKey: 'sk',
      sortKey: 'pk',
      projection: { kind: 'all' },
    };
    const indexes = [
      { index: inverted, pk: template('S#{name}', 'partition'), sk: template('P#{id}', 'sort') },
    ];
    const { items } = mapped(
      entityOf('Thing', [copyOf('main', 'P#{id}', 'S#{name}', { indexes })]),
      tree({ id: '1', name: 'x' }),
    );
    expect(items[0]?.indexed).toEqual([{ index: 'inverted', partition: 'S#x', bytes: items[0]?.bytes }]);
    expect(items[0]?.json).toBe(
      '{"pk":{"S":"P#1"},"sk":{"S":"S#x"},"_type":{"S":"Thing"},"_src":{"S":"things#1"}}',
    );
  });

  it('rejects a copy whose key is NULL, or skips it when told so; its sisters are written', () => {
    const copies = [
      copyOf('main', 'P#{id}', 'A'),
      copyOf('named', 'N#{name}', '{id}'),
      copyOf('maybe', 'M#{id}', '{name}', { whenNull: 'skip' }),
    ];
    const result = mapped(entityOf('Thing', copies), tree({ id: '1' }));
    expect(result.items.map(({ copy }) => copy)).toEqual(['main']);
    expect(reasons(result)).toEqual([['named', 'KEY_NULL', 'name is NULL', null]]);
    expect(result.skipped).toBe(1);
  });

  it('rejects what does not fit even where NULL is skipped', () => {
    const entity = entityOf('Thing', [copyOf('main', 'P#{id}', '{total}', { whenNull: 'skip' })]);
    expect(reasons(mapped(entity, tree({ id: '1', total: '99999' })))).toEqual([
      ['main', 'KEY_OUT_OF_RANGE', 'total does not fit the key: "99999"', null],
    ]);
  });

  it('skips for NULL in one key whatever the other holds', () => {
    const entity = entityOf('Thing', [copyOf('main', 'P#{mood | desc}', '{name}', { whenNull: 'skip' })]);
    expect(mapped(entity, tree({ id: '1', mood: 'unheard of' })).skipped).toBe(1);
  });

  it.each([
    ['{name}', 'A', '', 'KEY_EMPTY'],
    ['A', '{name}', '', 'KEY_EMPTY'],
    ['{name}', 'A', 'é'.repeat(1025), 'KEY_TOO_LONG'],
    ['A', '{name}', 'x'.repeat(1025), 'KEY_TOO_LONG'],
    ['A', '{name}', '#'.repeat(342), 'KEY_TOO_LONG'],
  ])('rejects the key %s / %s of %j with %s %s', (pk, sk, name, code) => {
    const { rejects } = mapped(entityOf('Thing', [copyOf('main', pk, sk)]), tree({ id: '1', name }));
    expect(rejects.map((reject) => reject.code)).toEqual([code]);
  });

  it('lets keys of exactly the longest length through', () => {
    const cells = { id: '1', name: 'x'.repeat(1024), code: 'y'.repeat(2048) };
    expect(mapped(entityOf('Thing', [copyOf('main', '{code}', '{name}')]), tree(cells)).items).toHaveLength(
      1,
    );
  });

  it('writes constants on every item, whatever the row, with their exact size', () => {
    const digits = '12345678901234567890123456789012345678';
    const constants: readonly Constant[] = [
      { type: 'S', text: 'x"é' },
      { type: 'N', text: digits },
      { type: 'BOOL', value: false },
    ];
    const attributes = constants.map((value, at): ResolvedAttribute => {
      return { name: `c${at}`, value: { kind: 'constant', value }, nulls: 'omit' };
    });
    const entity = entityOf('Thing', [copyOf('main', 'P#{id}', 'A', { attributes: [0, 1, 2] })], {
      attributes,
    });
    const { items } = mapped(entity, tree({ id: '1' }), tree({ id: '2' }));
    for (const { json, bytes } of items) {
      const item = JSON.parse(json) as WireItem;
      expect(item).toMatchObject({ c0: { S: 'x"é' }, c1: { N: digits }, c2: { BOOL: false } });
      expect(bytes).toBe(itemBytes(item));
    }
    expect(items).toHaveLength(2);
  });

  it('rejects the copies that hold a value that cannot be written, and only those', () => {
    const copies = [
      copyOf('all', 'P#{id}', 'A', { attributes: [0, 1] }),
      copyOf('some', 'P#{id}', 'B', { attributes: [0] }),
    ];
    const entity = entityOf('Thing', copies, { attributes: attributesOf('name', 'anything') });
    const result = mapped(
      entity,
      tree({ id: '1', name: 'x', anything: 'NaN' }),
      tree({ id: '2', anything: '1' }),
    );
    expect(result.items.map(({ key, copy }) => [key.includes('P#1'), copy])).toEqual([
      [true, 'some'],
      [false, 'all'],
      [false, 'some'],
    ]);
    expect(reasons(result)).toEqual([
      [
        'all',
        'VALUE_NOT_EXACT',
        'attribute anything: NaN and Infinity are no DynamoDB numbers',
        '{"pk":{"S":"P#1"},"sk":{"S":"A"}}',
      ],
    ]);
  });

  it('writes copies only of rows that match their condition; unknown is no match', () => {
    const when = { kind: 'not', condition: { kind: 'in', column: column('name'), values: ['a'] } } as const;
    const entity = entityOf('Thing', [copyOf('main', 'P#{id}', 'A', { when })]);
    const result = mapped(
      entity,
      tree({ id: '1', name: 'a' }),
      tree({ id: '2', name: 'b' }),
      tree({ id: '3' }),
    );
    expect(result.items.map(({ partition }) => partition)).toEqual(['P#2']);
    expect(result.skipped).toBe(2);
  });

  it('rejects an item over 400 KB and lets one of exactly 400 KB through', () => {
    const entity = entityOf('Thing', [copyOf('main', 'P#{id}', 'A', { attributes: [0] })], {
      attributes: attributesOf('name'),
    });
    const empty = mapped(entity, tree({ id: '1', name: '' })).items[0]?.bytes ?? 0;
    const fits = mapped(entity, tree({ id: '1', name: 'x'.repeat(409_600 - empty) }));
    expect(fits.items[0]?.bytes).toBe(409_600);
    const { rejects } = mapped(entity, tree({ id: '1', name: 'x'.repeat(409_601 - empty) }));
    expect(rejects[0]).toMatchObject({ code: 'ITEM_TOO_LARGE', reason: '409601 bytes; 409600 are allowed' });
  });

  it('holds children as a list of maps and counts them; a copy without them survives their overflow', () => {
    const held = { kind: 'map', attributes: attributesOf('name', 'total'), columns: 99 } as const;
    const attributes = [
      {
        name: 'lines',
        value: { kind: 'embed', embed: 0, shape: { kind: 'list', value: held } },
        nulls: 'omit',
      },
      { name: 'count', value: { kind: 'count', embed: 0 }, nulls: 'omit' },
    ] as const;
    const copies = [
      copyOf('lines', 'P#{id}', 'A', { attributes: [0] }),
      copyOf('count', 'P#{id}', 'B', { attributes: [1] }),
      copyOf('bare', 'P#{id}', 'C'),
    ];
    const entity = entityOf('Thing', copies, { attributes });
    const children = [[tree({ name: 'a', total: '1.00' }), tree({ total: '2' }), tree({})]];
    const [lines, count] = mapped(entity, tree({ id: '1' }, { children })).items;
    expect(JSON.parse(lines?.json ?? '')).toHaveProperty('lines', {
      L: [{ M: { name: { S: 'a' }, total: { N: '1' } } }, { M: { total: { N: '2' } } }, { M: {} }],
    });
    expect(JSON.parse(count?.json ?? '')).toHaveProperty('count', { N: '3' });
    const overflown = mapped(entity, tree({ id: '1' }, { children: [[]], overflow: true }));
    expect(overflown.items.map(({ copy }) => copy)).toEqual(['bare']);
    expect(overflown.rejects.map(({ copy, code }) => [copy, code])).toEqual([
      ['lines', 'ITEM_TOO_LARGE'],
      ['count', 'ITEM_TOO_LARGE'],
    ]);
  });

  it('keeps the type of a template of one placeholder, and writes any other as text or not at all', () => {
    const of = (name: string, text: string) =>
      ({ name, value: { kind: 'template', template: template(text, 'attribute') }, nulls: 'omit' }) as const;
    const attributes = [
      of('expires', '{at | epochSeconds}'),
      of('month', '{at | month}'),
      of('title', '{name}: {total}, {paid}, {at}'),
      of('none', '{name} {code}'),
    ];
    const entity = entityOf('Thing', [copyOf('main', 'P#{id}', 'A', { attributes: [0, 1, 2, 3] })], {
      attributes,
    });
    const cells = { id: '1', at: '2024-01-31 09:30:00.5+00', name: 'é', total: '1.50', paid: 't' };
    const { expires, month, title, none } = JSON.parse(
      mapped(entity, tree(cells)).items[0]?.json ?? '',
    ) as WireItem;
    expect(expires).toEqual({ N: '1706693400' });
    expect(month).toEqual({ S: '2024-01' });
    expect(title).toEqual({ S: 'é: 1.5, true, 2024-01-31T09:30:00.5Z' });
    expect(none).toBeUndefined();
    const { rejects } = mapped(entity, tree({ ...cells, at: 'infinity' }));
    expect(rejects.map(({ code }) => code)).toEqual(['VALUE_NOT_EXACT']);
  });

  it('writes the NULL type where the mapping wants it', () => {
    const attributes = attributesOf('name').map((attribute) => ({ ...attribute, nulls: 'null' as const }));
    const entity = entityOf('Thing', [copyOf('main', 'P#{id}', 'A', { attributes: [0] })], { attributes });
    expect(JSON.parse(mapped(entity, tree({ id: '1' })).items[0]?.json ?? '')).toHaveProperty('name', {
      NULL: true,
    });
  });

  it('counts a parent that is missing although its foreign key is set', () => {
    const danglingChecks = [{ path: 'x', local: [column('name').cell], remote: column('total').cell }];
    const entity = entityOf('Thing', [copyOf('main', 'P#{id}', 'A')], { danglingChecks });
    const { dangling } = mapped(
      entity,
      tree({ id: '1', name: 'x' }),
      tree({ id: '2' }),
      tree({ id: '3', name: 'x', total: '1' }),
    );
    expect(dangling).toBe(1);
  });

  it('rejects rows without an identity, whose lineage could not be told', () => {
    const entity = entityOf('Thing', [copyOf('main', 'P#{name}', 'A')]);
    expect(reasons(mapped(entity, tree({ name: 'x' })))).toEqual([
      ['main', 'KEY_NULL', 'a column of the identity is NULL', '{"pk":{"S":"P#x"},"sk":{"S":"A"}}'],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { compileTemplate } from '../../../../src/mapping/compile/compile-template.js';
import { row, template } from '../columns.js';

const CELLS = {
  id: '42',
  name: 'a#b%',
  code: 'x ',
  total: '-12.50',
  anything: '-0.0120',
  paid: '1',
  mood: 'happy',
  day: '2024-01-31',
  at: '2024-01-31 09:30:00.5+00',
  span: '1 day',
};
const render = (text: string, role: 'partition' | 'sort', cells = CELLS) =>
  compileTemplate(template(text, role), role).render(row(cells));

describe('a key template', () => {
  it.each([
    ['C#{id}', 'partition', 'C#42'],
    ['C#{id}', 'sort', 'C#0000000000000000042'],
    ['{id | desc}', 'sort', '9999999999999999957'],
    ['{id | pad(4)}', 'sort', '0042'],
    ['{id | pad(6, 2)}', 'sort', '0042.00'],
    ['{id | raw}', 'sort', '42'],
    ['{id | shard(8)}', 'partition', '3'],
    ['{id | shard(1000)}', 'partition', '11'],
    ['{id | shard(1000)}', 'sort', '011'],
    ['{id | shard(1000) | pad(4)}', 'partition', '0011'],
    ['{id | hash}', 'partition', '07ee7e07b4b19223'],
    ['{name}', 'partition', 'a%23b%25'],
    ['{name | upper}#', 'sort', 'A%23B%25#'],
    ['{code}', 'sort', 'x'],
    ['{total}', 'partition', '-12.5'],
    ['{total}', 'sort', '-9987.49'],
    ['{total | desc}', 'sort', '~0012.50'],
    ['{anything}', 'sort', '-500087~'],
    ['{paid}', 'sort', '1'],
    ['{mood}', 'sort', '02'],
    ['{mood}', 'partition', 'happy'],
    ['{day}', 'sort', '2024-01-31'],
    ['{day | year}', 'sort', '2024'],
    ['{at}', 'sort', '2024-01-31T09:30:00.500000Z'],
    ['{at | desc}', 'sort', '7975-98-68T90:69:99.499999Z'],
    ['{at | month}', 'partition', '2024-01'],
    ['{at | day}', 'sort', '2024-01-31'],
    ['{at | epochSeconds}', 'partition', '1706693400'],
    ['{{{id}#}}', 'partition', '{42#}'],
  ] as const)('writes %s in a %s key as %s', (text, role, expected) => {
    expect(render(text, role)).toBe(expected);
  });

  it('writes equal numbers as one partition key, and equal shards', () => {
    for (const total of ['1', '1.0', '1.00']) {
      expect(render('{total}', 'partition', { ...CELLS, total })).toBe('1');
      expect(render('{total|shard(9)}', 'partition', { ...CELLS, total })).toBe(
        render('{total|shard(9)}', 'partition', { ...CELLS, total: '1' }),
      );
    }
  });

  it('says which column is NULL, before any that does not fit', () => {
    const { render, explain } = compileTemplate(template('{total}#{name}', 'sort'), 'sort');
    const cells = row({ total: '12345.00' });
    expect(render(cells)).toBeNull();
    expect(explain(cells)).toEqual({ code: 'KEY_NULL', reason: 'name is NULL' });
  });

  it.each([
    ['{total}', { total: '12345.00' }],
    ['{total}', { total: '1.005' }],
    ['{anything}', { anything: 'NaN' }],
    ['{id | pad(3)}', { id: '1000' }],
    ['{at}', { at: 'infinity' }],
    ['{at}', { at: '10000-01-01 00:00:00+00' }],
    ['{at}', { at: '0044-03-15 00:00:00+00 BC' }],
    ['{day | month}', { day: '0000-00-00' }],
    ['{mood}', { mood: 'unheard of' }],
  ])('refuses to write what does not fit: %s of %j', (text, cells) => {
    const { render, explain } = compileTemplate(template(text, 'sort'), 'sort');
    expect(render(row(cells))).toBeNull();
    expect(explain(row(cells)).code).toBe('KEY_OUT_OF_RANGE');
  });

  it('reads its own keys back and no others', () => {
    const { parse } = compileTemplate(template('O#{at}#{name}#{id}', 'sort'), 'sort');
    expect(parse('O#2024-01-31T09:30:00.500000Z#a%23b#-9999999999999999957')).toEqual([
      '2024-01-31 09:30:00.5+00',
      'a#b',
      '-42',
    ]);
    for (const other of [
      'O#2024-01-31T09:30:00.5Z#a#0000000000000000042',
      'O#2024-01-31T09:30:00.500000Z#a#42',
      'O#2024-01-31T09:30:00.500000Z#%61#0000000000000000042',
      'O#2024-01-31T09:30:00.500000Z#a#0000000000000000042#',
      'P#2024-01-31T09:30:00.500000Z#a#0000000000000000042',
      'O#',
    ]) {
      expect(parse(other)).toBeNull();
    }
  });
});

import { describe, expect, it } from 'vitest';
import { parseTemplate, resolveTemplate } from '../../../../src/mapping/key/key-template.js';
import { lookup } from '../columns.js';

const codes = (text: string, role: 'partition' | 'sort' | 'attribute') =>
  resolveTemplate(text, lookup, role).problems.map(({ code, offset }) => [code, offset]);

describe('parseTemplate', () => {
  it('splits literals, columns of joins, transforms and their arguments, with their offsets', () => {
    expect(
      parseTemplate(`O#{customer.country.code|lower}#{total | pad(12, 2) | plus("P7Y,}")}`).parts,
    ).toEqual([
      { kind: 'literal', text: 'O#', offset: 0 },
      {
        kind: 'placeholder',
        path: 'customer.country',
        column: 'code',
        transforms: [{ name: 'lower', args: [] }],
        offset: 2,
      },
      { kind: 'literal', text: '#', offset: 31 },
      {
        kind: 'placeholder',
        path: '',
        column: 'total',
        transforms: [
          { name: 'pad', args: [12, 2] },
          { name: 'plus', args: ['P7Y,}'] },
        ],
        offset: 32,
      },
    ]);
  });

  it('reads doubled braces as literal ones and merges them with their neighbours', () => {
    expect(parseTemplate('a{{b}}c{{').parts).toEqual([{ kind: 'literal', text: 'a{b}c{', offset: 0 }]);
  });

  it.each([
    ['a{id', 1, /not closed/],
    ['{a{id}', 0, /not closed/],
    ['id}', 2, /not opened/],
    ['x{ }', 1, /empty/],
    ['{|lower}', 0, /column is missing/],
    ['{id|}', 0, /transform is missing/],
    ['{id|9x}', 0, /9x is no transform/],
    ['{id|pad(x)}', 0, /argument x of pad/],
    ['{id|pad(1,)}', 0, /\(nothing\)/],
  ])('reports %s at %i', (text, offset, message) => {
    const { problems } = parseTemplate(text);
    expect(problems[0]).toMatchObject({ code: 'TEMPLATE_SYNTAX', severity: 'error', offset });
    expect(problems[0]?.message).toMatch(message);
  });

  it('reports every problem at once', () => {
    expect(parseTemplate('}{}{id|pad(x)}').problems.map(({ offset }) => offset)).toEqual([0, 1, 3]);
  });
});

describe('resolveTemplate', () => {
  it.each([
    ['{nam}', 'sort', [['UNKNOWN_COLUMN', 0]]],
    ['A#{name | lowr}', 'sort', [['UNKNOWN_TRANSFORM', 2]]],
    ['{id | pad}', 'sort', [['TRANSFORM_ARGUMENTS', 0]]],
    ['{id | shard(0)}', 'sort', [['TRANSFORM_ARGUMENTS', 0]]],
    ['{id | lower(1)}', 'sort', [['TRANSFORM_TYPE', 0]]],
    ['{id | month}', 'sort', [['TRANSFORM_TYPE', 0]]],
    ['{doc}', 'sort', [['KEY_TYPE', 0]]],
    ['{price}', 'partition', [['KEY_TYPE', 0]]],
    ['{price} EUR', 'attribute', [['COLUMN_UNDECIDED', 0]]],
    ['{total | desc}', 'attribute', [['TRANSFORM_KEYS_ONLY', 0]]],
    ['A$B', 'sort', [['TEMPLATE_LITERAL', 1]]],
  ] as const)('refuses %s in a %s', (text, role, expected) => {
    expect(codes(text, role)).toEqual(expected);
    expect(resolveTemplate(text, lookup, role).template).toBeNull();
  });

  it.each([
    ['{name}X', 'sort'],
    ['{name}{id}', 'sort'],
    ['{id}X', 'partition'],
    ['{span}%', 'partition'],
    ['{anything}-{id}', 'sort'],
    ['{name | desc}-', 'sort'],
  ] as const)('wants a separator behind a component of variable width: %s in a %s key', (text, role) => {
    expect(codes(text, role)).toContainEqual(['TEMPLATE_SEPARATOR', 0]);
  });

  it.each([
    ['{name}#X', 'sort'],
    ['{name} {id}X', 'sort'],
    ['{id}{at}{paid}{name}', 'sort'],
    ['{id | pad(4)}X', 'partition'],
    ['{mood}-{id | desc}-{total}', 'sort'],
    ['{day | month}!x', 'sort'],
  ] as const)('lets %s through as a %s key', (text, role) => {
    expect(codes(text, role)).toEqual([]);
  });

  it('lets any literal stand between the placeholders of an attribute', () => {
    expect(codes('{name}$ {id}{doc}', 'attribute')).toEqual([]);
  });

  it.each([
    ['{id | raw}', 'sort', 'RAW_UNORDERED'],
    ['{span}', 'sort', 'KEY_TEXT_ORDER'],
    ['{id | desc}', 'partition', 'DESC_IN_PARTITION'],
  ] as const)('warns about %s in a %s key', (text, role, code) => {
    const { template, problems } = resolveTemplate(text, lookup, role);
    expect(problems).toMatchObject([{ severity: 'warning', code }]);
    expect(template).not.toBeNull();
  });

  it('says which transform was probably meant, and what the arguments are', () => {
    const fixes = (text: string) => resolveTemplate(text, lookup, 'sort').problems.map(({ fix }) => fix);
    expect(fixes('{name | lowr}')).toEqual(['Did you mean lower?']);
    expect(fixes('{id | shard}')).toEqual(['Write shard(count).']);
  });
});

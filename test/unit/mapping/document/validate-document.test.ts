import { describe, expect, it } from 'vitest';
import { validateDocument } from '../../../../src/mapping/document/validate-document.js';

const item = { key: { pk: 'A#{id}', sk: 'A' } };

/** What is said of a document with this entity, in one line each. */
function saidOf(entity: object): readonly string[] {
  const table = { name: 'shop', partitionKey: 'pk', sortKey: 'sk' };
  const { problems } = validateDocument({ version: 1, table, entities: { A: { from: 'a', ...entity } } });
  return problems.map(
    ({ code, path, message, fix }) => `${code} ${path.slice(2).join('.')}: ${message}. ${fix}`,
  );
}

const saidOfCondition = (when: unknown) => saidOf({ items: { main: { ...item, when } } });
const saidOfAttribute = (value: unknown) => saidOf({ items: { main: item }, attributes: { x: value } });

describe('what has several forms', () => {
  it.each([
    [
      { column: 'a', equal: 1 },
      'UNKNOWN_KEY items.main.when.equal: there is no key equal here. Did you mean equals?',
    ],
    [
      { column: 'a', isnull: true },
      'UNKNOWN_KEY items.main.when.isnull: there is no key isnull here. Did you mean isNull?',
    ],
    [
      { colum: 'a', isNull: true },
      'UNKNOWN_KEY items.main.when.colum: there is no key colum here. Did you mean column?',
    ],
    [
      { column: 'a', isNull: 'yes' },
      'WRONG_TYPE items.main.when.isNull: text ("yes") stands where a boolean is expected. Write a boolean.',
    ],
    [
      { column: 'a', equals: [1] },
      'WRONG_TYPE items.main.when.equals: a list stands where text or a number or a boolean is expected. Write text or a number or a boolean.',
    ],
    [
      { all: { column: 'a', equals: 1 } },
      'WRONG_TYPE items.main.when.all: a map stands where a list is expected. Write a list.',
    ],
    [
      { any: [{ not: { column: 'a', in: [] } }] },
      'EMPTY items.main.when.any.0.not.in: in is empty. Fill it in or leave it out.',
    ],
    [
      "status = 'NEW'",
      `WRONG_TYPE items.main.when: text ("status = 'NEW'") stands where a map is expected. Write a map.`,
    ],
  ])('is measured against the form that was meant: %j', (when, said) => {
    expect(saidOfCondition(when)).toEqual([said]);
  });

  it.each([
    [
      { column: 'a', as: 'cent' },
      'WRONG_VALUE attributes.x.as: "cent" is not one of string, number, boolean, epochSeconds, epochMillis, cents, uuid, set. Did you mean cents?',
    ],
    [
      { counts: 'lines' },
      'UNKNOWN_KEY attributes.x.counts: there is no key counts here. Did you mean count?',
    ],
    [{ as: 'cents' }, 'MISSING_KEY attributes.x.column: column is missing. Add it: text.'],
    [
      false,
      'WRONG_TYPE attributes.x: boolean false stands where true or text or a map is expected. Write true or text or a map.',
    ],
    [
      null,
      'WRONG_TYPE attributes.x: nothing stands where true or text or a map is expected. Write true or text or a map.',
    ],
  ])('is measured against the form that was meant: %j', (value, said) => {
    expect(saidOfAttribute(value)).toEqual([said]);
  });
});

it('a slip in a key is one mistake, and its missing key no second one', () => {
  expect(saidOf({ itms: { main: item } })).toEqual([
    'UNKNOWN_KEY itms: there is no key itms here. Did you mean items?',
  ]);
  expect(saidOf({ items: { main: { ...item, wheNull: 'skip', whenNull: 'skp' } } })).toHaveLength(2);
});

it('dashes without a space are a text, and no list', () => {
  expect(saidOf({ items: { main: item }, attributes: '-id -total' })).toEqual([
    'WRONG_TYPE attributes: text ("-id -total") stands where a list or a map is expected. A space stands behind the dash of each entry: - column.',
  ]);
});

it('a document that is none is told so', () => {
  for (const document of [null, [], 'text', 3]) {
    expect(validateDocument(document).problems).toMatchObject([{ code: 'WRONG_TYPE', path: [] }]);
  }
});

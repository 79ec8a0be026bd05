import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynamoDb, openDynamoDb } from '../../../src/dynamodb/client.js';
import type { WireItem, WireValue } from '../../../src/item/attribute-value.js';
import { sameItem } from '../../../src/item/canonical.js';
import { LIMITS } from '../../../src/item/limits.js';
import { canonicalNumber, numberFits } from '../../../src/item/number.js';
import { itemBytes } from '../../../src/item/size.js';
import { createTable, type TestTable } from '../../support/dynamodb-table.js';
import { requireEngine } from '../../support/require-resource.js';

const endpointUrl = requireEngine('dynamodb');

/** Any number text that DynamoDB might hold, in any spelling. */
const number = fc
  .record({
    sign: fc.constantFrom('', '-', '+'),
    whole: fc.stringMatching(/^\d{1,22}$/),
    fraction: fc.option(fc.stringMatching(/^\d{0,18}$/)),
    exponent: fc.option(fc.integer({ min: -132, max: 127 })),
  })
  .map(
    ({ sign, whole, fraction, exponent }) =>
      `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `E${exponent}`}`,
  );
const heldNumber = number.filter(numberFits);
const text = fc.string({ unit: 'grapheme-composite', maxLength: 12 });
/** DynamoDB refuses an empty name, in a map too. */
const name = fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 9 });
const binary = fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const set = <T>(element: fc.Arbitrary<T>, selector: (element: T) => unknown) =>
  fc.uniqueArray(element, { minLength: 1, maxLength: 4, selector });

const { value } = fc.letrec<{ value: WireValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text.map((S) => ({ S })),
    heldNumber.map((N) => ({ N })),
    binary.map((B) => ({ B })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true }),
    set(text, (element) => element).map((SS) => ({ SS })),
    set(heldNumber, canonicalNumber).map((NS) => ({ NS })),
    set(binary, (element) => element).map((BS) => ({ BS })),
    fc.array(tie('value'), { maxLength: 4 }).map((L) => ({ L })),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }).map((M) => ({ M })),
  ),
}));
const attributes = fc.dictionary(
  name.filter((one) => !/^(pk|sk|pad)$/.test(one)),
  value,
  { maxKeys: 6 },
);

describe('what we say of items, DynamoDB says too:', () => {
  let dynamo: DynamoDb;
  let table: TestTable;
  beforeAll(async () => {
    dynamo = await openDynamoDb({ endpointUrl, region: 'eu-west-1' });
    table = await createTable(endpointUrl);
  });
  afterAll(async () => {
    await table.drop();
    await dynamo[Symbol.asyncDispose]();
  });

  async function put(Item: WireItem): Promise<string> {
    const json = JSON.stringify({ TableName: table.name, Item });
    const reply = await dynamo.wire.call('PutItem', json, { writes: true });
    return reply.kind === 'validation' ? reply.message : reply.kind;
  }

  async function stored(pk: string): Promise<WireItem> {
    const json = JSON.stringify({
      TableName: table.name,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
    });
    const reply = await dynamo.wire.call<{ Items: WireItem[] }>('Query', json, { writes: false });
    const [item] = reply.kind === 'ok' ? reply.body.Items : [];
    if (item === undefined) throw new Error(`no item of ${pk}`);
    return item;
  }

  it('an item of exactly 400 KB is taken, one byte more is refused', async () => {
    await fc.assert(
      fc.asyncProperty(attributes, async (some) => {
        const item = { ...some, pk: { S: 'size' }, sk: { S: 'A' }, pad: { S: '' } };
        const room = LIMITS.itemBytes - itemBytes(item);
        expect(await put({ ...item, pad: { S: 'x'.repeat(room) } })).toBe('ok');
        expect(await put({ ...item, pad: { S: 'x'.repeat(room + 1) } })).toMatch(/size has exceeded/);
      }),
      { numRuns: 40 },
    );
  });

  it('what comes back is the same in canonical form, and another item is not', async () => {
    await fc.assert(
      fc.asyncProperty(attributes, async (some) => {
        const item = { ...some, pk: { S: 'same' }, sk: { S: 'A' } };
        expect(await put(item)).toBe('ok');
        const stored = (await table.scanAll()).find(({ pk }) =>
          sameItem({ pk: pk as WireValue }, { pk: item.pk }),
        );
        expect(sameItem(stored as WireItem, item)).toBe(true);
        expect(sameItem({ ...(stored as WireItem), pad: { S: 'more' } }, item)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  // At the top level: DynamoDB Local keeps the spelling of numbers inside lists and maps.
  it('a number is written as DynamoDB returns it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(heldNumber, { minLength: 1, maxLength: 100 }), async (numbers) => {
        const item = (spell: (number: string) => string | null): WireItem => ({
          ...Object.fromEntries(numbers.map((text, n) => [`n${n}`, { N: spell(text) }])),
          pk: { S: 'numbers' },
          sk: { S: 'A' },
        });
        expect(await put(item((text) => text))).toBe('ok');
        expect(await stored('numbers')).toEqual(item(canonicalNumber));
      }),
      { numRuns: 20 },
    );
  });

  it('a number fits or not', async () => {
    const edge = fc.oneof(
      number,
      fc.stringMatching(/^[1-9]\d{36,39}$/),
      fc
        .tuple(fc.stringMatching(/^[1-9](\.\d{1,3})?$/), fc.constantFrom(125, 126, -129, -130, -131))
        .map(([digits, exponent]) => `${digits}E${exponent}`),
    );
    await fc.assert(
      fc.asyncProperty(edge, async (N) => {
        const reply = await put({ pk: { S: 'fits' }, sk: { S: 'A' }, n: { N } });
        expect(`${N} ${reply === 'ok'}`).toBe(`${N} ${numberFits(N)}`);
      }),
      { numRuns: 200 },
    );
  });
});

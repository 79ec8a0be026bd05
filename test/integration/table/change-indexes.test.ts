import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynamoDb, openDynamoDb } from '../../../src/dynamodb/client.js';
import { createIndexes, dropIndexes } from '../../../src/table/change-indexes.js';
import { createTable } from '../../../src/table/create-table.js';
import { deleteTable } from '../../../src/table/delete-table.js';
import { describeTable } from '../../../src/table/describe-table.js';
import type { DesignedTable } from '../../../src/table/designed-table.js';
import { requireEngine } from '../../support/require-resource.js';

const endpointUrl = requireEngine('dynamodb');

const BARE: DesignedTable = {
  name: `indexes-${randomUUID()}`,
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: [],
  timeToLive: null,
};
const DESIGN: DesignedTable = {
  ...BARE,
  indexes: [
    { name: 'gsi1', partitionKey: 'gsi1pk', sortKey: 'gsi1sk', projection: { kind: 'all' } },
    {
      name: 'byRank',
      partitionKey: 'sk',
      sortKey: [{ name: 'rank', type: 'N' }],
      projection: { kind: 'include', attributes: ['total'] },
    },
  ],
};

describe('createIndexes and dropIndexes', () => {
  let dynamo: DynamoDb;
  beforeAll(async () => {
    dynamo = await openDynamoDb({ endpointUrl, region: 'eu-west-1' });
    await createTable(dynamo, BARE, {});
  });
  afterAll(async () => {
    await deleteTable(dynamo, BARE.name);
    await dynamo[Symbol.asyncDispose]();
  });

  it('makes those that are missing, one after the other, and waits until each is active', async () => {
    const looks: string[] = [];
    const onProgress = ({
      status,
      indexes,
    }: {
      status: string;
      indexes: readonly { name: string; status: string }[];
    }) => void looks.push([status, ...indexes.map((index) => `${index.name} ${index.status}`)].join(', '));
    expect(await createIndexes(dynamo, DESIGN, ['gsi1', 'byRank'], { onProgress })).toEqual([
      'gsi1',
      'byRank',
    ]);
    const { indexes } = await describeTable(dynamo, BARE.name);
    expect([...indexes].sort((a, b) => (a.name < b.name ? -1 : 1))).toMatchObject([
      {
        ...{ name: 'byRank', status: 'ACTIVE', projection: { kind: 'include', attributes: ['total'] } },
        ...{ partitionKey: [{ name: 'sk', type: 'S' }], sortKey: [{ name: 'rank', type: 'N' }] },
      },
      { name: 'gsi1', status: 'ACTIVE', projection: { kind: 'all' } },
    ]);
    expect(looks.some((look) => look.includes('gsi1 ACTIVE') && !look.includes('byRank'))).toBe(true);
    expect(await createIndexes(dynamo, DESIGN, ['gsi1', 'byRank'], {})).toEqual([]);
  });

  it('refuses one of that name that is another, saying in what', async () => {
    const [gsi1] = DESIGN.indexes;
    if (gsi1 === undefined) throw new TypeError('no index');
    const other = { ...DESIGN, indexes: [{ ...gsi1, sortKey: null }] };
    await expect(createIndexes(dynamo, other, ['gsi1'], {})).rejects.toMatchObject({
      code: 'TABLE_REFUSED',
      message: expect.stringContaining('index gsi1 sort key: expected none, found gsi1sk (S)'),
    });
  });

  it('says what DynamoDB refuses', async () => {
    const name = 'no';
    const short = {
      ...DESIGN,
      indexes: [{ name, partitionKey: 'x', sortKey: null, projection: { kind: 'all' } as const }],
    };
    await expect(createIndexes(dynamo, short, [name], {})).rejects.toMatchObject({ code: 'TABLE_REFUSED' });
  });

  it('drops those that are there, and no others', async () => {
    expect(await dropIndexes(dynamo, BARE.name, ['gsi1', 'nothing'], {})).toEqual(['gsi1']);
    const { indexes } = await describeTable(dynamo, BARE.name);
    expect(indexes.map(({ name }) => name)).toEqual(['byRank']);
  });
});

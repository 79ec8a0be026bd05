import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynamoDb, openDynamoDb } from '../../../src/dynamodb/client.js';
import { sayDifference } from '../../../src/dynamodb/table-shape.js';
import { createTable } from '../../../src/table/create-table.js';
import { deleteTable } from '../../../src/table/delete-table.js';
import { describeTable, findTable } from '../../../src/table/describe-table.js';
import type { DesignedTable } from '../../../src/table/designed-table.js';
import { requireEngine } from '../../support/require-resource.js';

const endpointUrl = requireEngine('dynamodb');

const design = (): DesignedTable => ({
  name: `design-${randomUUID()}`,
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: [
    { name: 'gsi1', partitionKey: 'gsi1pk', sortKey: 'gsi1sk', projection: { kind: 'all' } },
    { name: 'byKey', partitionKey: 'sk', sortKey: null, projection: { kind: 'keysOnly' } },
    {
      name: 'some',
      partitionKey: 'gsi1pk',
      sortKey: 'sk',
      projection: { kind: 'include', attributes: ['total', 'pk', 'status'] },
    },
  ],
  timeToLive: 'expiresAt',
});

describe('createTable', () => {
  let dynamo: DynamoDb;
  beforeAll(async () => {
    dynamo = await openDynamoDb({ endpointUrl, region: 'eu-west-1' });
  });
  afterAll(() => dynamo[Symbol.asyncDispose]());

  it('makes the table, its indexes with their projections and its time to live, and waits until it is active', async () => {
    const wanted = design();
    const looks: string[] = [];
    const made = await createTable(dynamo, wanted, {
      settings: { billing: 'on-demand' },
      onProgress: (table) => looks.push(table.status),
    });
    expect(made.kind).toBe('created');
    expect(looks.at(-1)).toBe('ACTIVE');
    const table = await describeTable(dynamo, wanted.name);
    expect(table).toMatchObject({
      name: wanted.name,
      status: 'ACTIVE',
      billing: 'on-demand',
      items: 0,
      bytes: 0,
      account: '000000000000',
      region: 'eu-west-1',
      timeToLive: { kind: 'enabled', attribute: 'expiresAt' },
      partitionKey: [{ name: 'pk', type: 'S' }],
      sortKey: [{ name: 'sk', type: 'S' }],
    });
    const indexes = Object.fromEntries(table.indexes.map((index) => [index.name, index]));
    expect(indexes['gsi1']).toMatchObject({ kind: 'global', status: 'ACTIVE', projection: { kind: 'all' } });
    expect(indexes['byKey']).toMatchObject({ sortKey: [], projection: { kind: 'keysOnly' } });
    expect(indexes['some']?.projection).toEqual({ kind: 'include', attributes: expect.any(Array) });
  });

  it('makes local indexes, and indexes over several attributes of several types', async () => {
    const wanted: DesignedTable = {
      ...design(),
      indexes: [
        {
          name: 'byTotal',
          partitionKey: 'pk',
          sortKey: 'lsi1sk',
          local: true,
          projection: { kind: 'keysOnly' },
        },
        {
          name: 'byRegion',
          partitionKey: [
            { name: 'tenant', type: 'N' },
            { name: 'region', type: 'S' },
          ],
          sortKey: [
            { name: 'status', type: 'S' },
            { name: 'total', type: 'N' },
            { name: 'token', type: 'B' },
          ],
          projection: { kind: 'include', attributes: ['total', 'name'] },
        },
      ],
    };
    await createTable(dynamo, wanted, { settings: { billing: { read: 1, write: 1 } } });
    const table = await describeTable(dynamo, wanted.name);
    const [local, global] = ['byTotal', 'byRegion'].map((name) =>
      table.indexes.find((index) => index.name === name),
    );
    expect(local).toMatchObject({ kind: 'local', sortKey: [{ name: 'lsi1sk', type: 'S' }] });
    const { projection, ...keys } = wanted.indexes[1]!;
    expect(global).toMatchObject(keys);
    expect(global?.projection).toEqual({ ...projection, attributes: ['name'] });
    expect(await createTable(dynamo, wanted, {})).toMatchObject({ differences: [] });
    const global2 = { ...wanted, indexes: [{ ...wanted.indexes[0]!, local: false }] };
    const found = await createTable(dynamo, global2, {});
    expect(found.kind === 'exists' ? found.differences.map(sayDifference) : []).toEqual([
      'index byTotal kind: expected global, found local',
    ]);
  });

  it('finds nothing to say about a table that it has made itself, and leaves it alone', async () => {
    const wanted = design();
    await createTable(dynamo, wanted, { settings: { billing: { read: 3, write: 7 } } });
    const again = await createTable(dynamo, wanted, {});
    expect(again).toMatchObject({
      kind: 'exists',
      differences: [],
      table: { billing: { read: 3, write: 7 } },
    });
  });

  it('lists every difference of a table that exists, and changes none', async () => {
    const made = design();
    await createTable(dynamo, made, { settings: { billing: 'on-demand' } });
    const [gsi1, byKey, some] = made.indexes;
    const wanted: DesignedTable = {
      ...made,
      sortKey: 'order',
      timeToLive: 'ttl',
      indexes: [
        { ...gsi1!, sortKey: null },
        { ...byKey!, projection: { kind: 'all' } },
        { ...some!, projection: { kind: 'include', attributes: ['status', 'total', 'rep'] } },
        { ...gsi1!, name: 'gsi2' },
      ],
    };
    const before = await describeTable(dynamo, made.name);
    const found = await createTable(dynamo, wanted, { settings: { billing: 'on-demand' } });
    expect(found.kind === 'exists' ? found.differences.map(sayDifference) : []).toEqual([
      'sort key: expected order (S), found sk (S)',
      'index gsi1 sort key: expected none, found gsi1sk (S)',
      'index gsi2: expected an index, found none',
      'index byKey projection: expected all, found keys only',
      'index some projection: expected keys and rep, status, total, found keys and status, total',
      'time to live attribute: expected ttl, found expiresAt',
    ]);
    expect(found.kind === 'exists' ? found.differences.map(({ change }) => change) : []).toEqual([
      'new table',
      'new index',
      'in place',
      'new index',
      'new index',
      'in place',
    ]);
    expect(await describeTable(dynamo, made.name)).toEqual(before);
  });

  it('makes a table with the settings of its owner, and says where one that exists has others', async () => {
    const wanted = { ...design(), timeToLive: null };
    const settings = { stream: 'new-image', deletionProtection: true } as const;
    const { table } = await createTable(dynamo, wanted, { settings });
    expect(table).toMatchObject({
      stream: 'NEW_IMAGE',
      deletionProtection: true,
      kmsKey: null,
      replicas: [],
    });
    const other = {
      ...settings,
      billing: { read: 1, write: 2 },
      stream: 'keys-only',
      kmsKey: 'aws',
      tableClass: 'infrequent-access',
    } as const;
    const found = await createTable(dynamo, wanted, { settings: other });
    expect(found.kind === 'exists' ? found.differences.map(sayDifference) : []).toEqual([
      'billing: expected provisioned 1 read, 2 write units, found on-demand',
      'stream: expected KEYS_ONLY, found NEW_IMAGE',
      'table class: expected infrequent-access, found standard',
      "encryption key: expected a key of AWS or yours, found DynamoDB's own",
    ]);
    expect(await createTable(dynamo, wanted, {})).toMatchObject({ differences: [] });
    await expect(deleteTable(dynamo, wanted.name)).rejects.toMatchObject({
      code: 'TABLE_REFUSED',
      hint: expect.stringContaining('--no-deletion-protection-enabled'),
    });
  });

  it('deletes a table and waits until it is gone; twice is as good as once', async () => {
    const wanted = design();
    await createTable(dynamo, wanted, {});
    await deleteTable(dynamo, wanted.name);
    expect(await findTable(dynamo, wanted.name)).toBeNull();
    await deleteTable(dynamo, wanted.name);
  });

  it('says what AWS does not like about a design', async () => {
    const wanted = design();
    const twice = { ...wanted, indexes: [...wanted.indexes, ...wanted.indexes] };
    await expect(createTable(dynamo, twice, { settings: { billing: 'on-demand' } })).rejects.toMatchObject({
      code: 'TABLE_REFUSED',
      message: expect.stringMatching(/same name|duplicate/i),
    });
    const misnamed = { ...wanted, name: 'no spaces please' };
    await expect(createTable(dynamo, misnamed, { settings: { billing: 'on-demand' } })).rejects.toMatchObject(
      {
        code: 'SINK_REFUSED',
        message: expect.stringContaining('no spaces please'),
      },
    );
  });

  it('says that a table is missing, and what to do', async () => {
    await expect(describeTable(dynamo, 'nowhere')).rejects.toMatchObject({
      code: 'TABLE_MISSING',
      hint: expect.stringContaining('tablefold table create'),
    });
  });

  it('stops waiting when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('stopped by the user'));
    await expect(
      createTable(dynamo, design(), { settings: { billing: 'on-demand' }, signal }),
    ).rejects.toThrow('stopped by the user');
  });
});

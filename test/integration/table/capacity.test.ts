import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DynamoDb, openDynamoDb } from '../../../src/dynamodb/client.js';
import { parseMapping } from '../../../src/mapping/load-mapping.js';
import { defineMapping } from '../../../src/mapping/mapping.js';
import {
  type CapacityOptions,
  raisedTables,
  restoreTableCapacity,
  setCapacity,
  showCapacity,
  withCapacity,
} from '../../../src/operations/capacity.js';
import { createMappedTable, deleteMappedTable } from '../../../src/operations/table.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { parseCapacityGoal } from '../../../src/table/capacity/capacity-goal.js';
import { callDynamoDb } from '../../support/dynamodb-call.js';
import { requireEngine } from '../../support/require-resource.js';
import { failure, ok, scriptedServer } from '../../unit/dynamodb/scripted-server.js';

const endpointUrl = requireEngine('dynamodb');
const { signal } = new AbortController();
const goal = parseCapacityGoal('provisioned:50/20');

function mappingOf(name: string) {
  const mapping = defineMapping({
    version: 1,
    table: {
      name,
      partitionKey: 'pk',
      sortKey: 'sk',
      indexes: { gsi1: { partitionKey: 'a', sortKey: 'b' } },
    },
    entities: { Order: { from: 'orders', items: { main: { key: { pk: 'ORDER#{id}', sk: 'ORDER' } } } } },
  });
  return parseMapping(JSON.stringify(mapping), 'shop.json');
}

describe('the capacity of a table', () => {
  let dynamo: DynamoDb;
  let options: CapacityOptions;
  let said: string[];
  beforeAll(async () => {
    dynamo = await openDynamoDb({ endpointUrl, region: 'eu-west-1' });
  });
  afterAll(() => dynamo[Symbol.asyncDispose]());
  beforeEach(() => {
    said = [];
    const mapping = mappingOf(`capacity-${randomUUID()}`);
    options = { mapping, dynamo, state: memoryState(), signal, onProgress: (text) => said.push(text) };
  });
  afterEach(() => deleteMappedTable(options).catch(() => undefined));

  const create = (billing: 'on-demand' | { readonly read: number; readonly write: number }) =>
    createMappedTable({ mapping: options.mapping, dynamo, settings: { billing }, signal });
  /** Mode, then write units of the table and of its index. */
  const now = async () => {
    const { mode, parts } = (await showCapacity(options)).capacity;
    return [mode, ...parts.map(({ provisioned }) => provisioned?.write ?? null)];
  };

  it('is raised for a run, and goes back when it ends', async () => {
    await create('on-demand');
    const during: unknown[] = [];
    const work = async (raise: () => Promise<void>) => {
      during.push(await now());
      await raise();
      during.push(await now());
      return 'done';
    };
    expect(await withCapacity(options, goal, work)).toBe('done');
    expect(during).toEqual([
      ['on-demand', null, null],
      ['provisioned', 50, 50],
    ]);
    expect(await now()).toEqual(['on-demand', null, null]);
    expect(said.filter((text) => !/^updating/.test(text))).toEqual([
      'raising to provisioned:50/20',
      'active',
      'going back to on-demand',
      'active',
      'as it was before',
    ]);
    expect(await raisedTables(options.state)).toEqual([]);
  });

  it('goes back when the run fails', async () => {
    await create('on-demand');
    const failing = withCapacity(options, goal, async (raise) => {
      await raise();
      throw new Error('the source is gone');
    });
    await expect(failing).rejects.toThrow('the source is gone');
    expect(await now()).toEqual(['on-demand', null, null]);
  });

  it('goes back when the run is aborted', async () => {
    await create('on-demand');
    const interrupt = new AbortController();
    const aborted = withCapacity({ ...options, signal: interrupt.signal }, goal, async (raise) => {
      await raise();
      interrupt.abort(new Error('Ctrl-C'));
      interrupt.signal.throwIfAborted();
    });
    await expect(aborted).rejects.toThrow('Ctrl-C');
    expect(await now()).toEqual(['on-demand', null, null]);
  });

  it('goes back to what was provisioned, also after several raises', async () => {
    await create({ read: 5, write: 7 });
    await setCapacity(options, goal);
    await setCapacity(options, parseCapacityGoal('provisioned:90'));
    expect(await now()).toEqual(['provisioned', 90, 90]);
    expect(await restoreTableCapacity(options)).toMatchObject({ done: 'restored', raised: null });
    expect(await now()).toEqual(['provisioned', 7, 7]);
    expect(await restoreTableCapacity(options)).toMatchObject({ done: 'nothing' });
  });

  it('is known to be raised after a kill, and the next run takes it back whatever its goal', async () => {
    await create('on-demand');
    await kill(options);
    expect(await now()).toEqual(['provisioned', 50, 50]);
    expect(await raisedTables(options.state)).toMatchObject([
      { before: 'on-demand', raised: 'provisioned 50 write, 20 read; index gsi1 50 write, 20 read units' },
    ]);
    await withCapacity(options, { kind: 'as-is' }, async (raise) => raise());
    expect(await now()).toEqual(['on-demand', null, null]);
  });

  it('stays as it was raised by hand through runs', async () => {
    await create('on-demand');
    await setCapacity(options, goal);
    await withCapacity(options, goal, async (raise) => raise());
    expect(await now()).toEqual(['provisioned', 50, 50]);
    await restoreTableCapacity(options);
    expect(await now()).toEqual(['on-demand', null, null]);
  });

  it('is left alone where somebody has set it otherwise meanwhile, or made the table anew', async () => {
    await create('on-demand');
    await setCapacity(options, goal);
    const { name: TableName } = options.mapping.mapping.table;
    const ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 33 };
    await callDynamoDb(endpointUrl, 'UpdateTable', { TableName, ProvisionedThroughput });
    expect(await restoreTableCapacity(options)).toMatchObject({ done: 'changed by others', raised: null });
    expect(await now()).toEqual(['provisioned', 33, 50]);

    await setCapacity(options, parseCapacityGoal('provisioned:60'));
    await deleteMappedTable(options);
    await expect(restoreTableCapacity(options)).rejects.toMatchObject({ code: 'TABLE_MISSING' });
    expect(await raisedTables(options.state)).toEqual([]);
  });

  it('is refused over the quota of the account before anything is changed', async () => {
    await create('on-demand');
    await expect(setCapacity(options, parseCapacityGoal('provisioned:30000'))).rejects.toMatchObject({
      code: 'TABLE_CAPACITY',
      message: expect.stringMatching(/60000 write units a second .* are over the 40000/),
    });
    expect(await now()).toEqual(['on-demand', null, null]);
    expect(await raisedTables(options.state)).toEqual([]);
  });

  /** A run that ends between raising and taking back, as kill -9 ends it. */
  async function kill(of: CapacityOptions): Promise<void> {
    void withCapacity(of, goal, (raise) => raise().then(() => new Promise<void>(() => undefined)));
    await vi.waitFor(async () => expect((await raisedTables(of.state))[0]?.raised).toMatch(/^provisioned/));
  }
});

describe('auto scaling', () => {
  afterEach(() => vi.unstubAllEnvs());

  const described = (write: number) =>
    ok({
      Table: {
        TableName: 'shop',
        TableStatus: 'ACTIVE',
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: write },
      },
    });

  it('is suspended before the raise, and set going as it was afterwards', async () => {
    let write = 7;
    await using server = await scriptedServer(({ operation, body }) => {
      if (operation === 'UpdateTable') write = JSON.parse(body).ProvisionedThroughput.WriteCapacityUnits;
      if (operation === 'AnyScaleFrontendService.DescribeScalableTargets') {
        const ScalableDimension = 'dynamodb:table:WriteCapacityUnits';
        const SuspendedState = { ScheduledScalingSuspended: true };
        return ok({ ScalableTargets: [{ ResourceId: 'table/shop', ScalableDimension, SuspendedState }] });
      }
      return operation === 'DescribeTable' ? described(write) : ok({});
    });
    vi.stubEnv('AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING', server.endpoint.href);
    await using dynamo = await openDynamoDb({ endpointUrl: server.endpoint.href, region: 'eu-west-1' });
    const options = { mapping: mappingOf('shop'), dynamo, state: memoryState(), signal };
    await withCapacity(options, goal, (raise) => raise());
    const changes = server.received.filter(({ operation }) => /UpdateTable|Register/.test(operation));
    expect(
      changes.map(({ operation, body }) => [operation.replace(/.*\./, ''), JSON.parse(body)]),
    ).toMatchObject([
      [
        'RegisterScalableTarget',
        {
          ResourceId: 'table/shop',
          SuspendedState: { DynamicScalingInSuspended: true, ScheduledScalingSuspended: true },
        },
      ],
      ['UpdateTable', { ProvisionedThroughput: { WriteCapacityUnits: 50, ReadCapacityUnits: 20 } }],
      ['UpdateTable', { ProvisionedThroughput: { WriteCapacityUnits: 7, ReadCapacityUnits: 5 } }],
      [
        'RegisterScalableTarget',
        { SuspendedState: { DynamicScalingInSuspended: false, ScheduledScalingSuspended: true } },
      ],
    ]);
    expect(changes[0]?.body).not.toMatch(/MinCapacity|MaxCapacity/); // what is not given stays as it is
  });

  it('that may not be asked is no reason to stop', async () => {
    let write = 7;
    await using server = await scriptedServer(({ operation, body }) => {
      if (operation.startsWith('AnyScale')) return failure(400, 'AccessDeniedException');
      if (operation === 'UpdateTable') write = JSON.parse(body).ProvisionedThroughput.WriteCapacityUnits;
      return operation === 'DescribeTable' ? described(write) : ok({});
    });
    vi.stubEnv('AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING', server.endpoint.href);
    await using dynamo = await openDynamoDb({ endpointUrl: server.endpoint.href, region: 'eu-west-1' });
    const options = { mapping: mappingOf('shop'), dynamo, state: memoryState(), signal };
    expect(await setCapacity(options, goal)).toMatchObject({ done: 'raised' });
    expect(write).toBe(50);
  });
});

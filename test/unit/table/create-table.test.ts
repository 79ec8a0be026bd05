import { describe, expect, it } from 'vitest';
import { openDynamoDb } from '../../../src/dynamodb/client.js';
import { type CreatedTable, createTable } from '../../../src/table/create-table.js';
import type { DesignedTable } from '../../../src/table/designed-table.js';
import { manualClock } from '../../support/manual-clock.js';
import { type Answer, failure, ok, scriptedServer } from '../dynamodb/scripted-server.js';

const design: DesignedTable = {
  name: 'shop',
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: [],
  timeToLive: 'expiresAt',
};

const described = (TableStatus: string): Answer =>
  ok({
    Table: {
      TableName: 'shop',
      TableStatus,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    },
  });
const missing = failure(400, 'ResourceNotFoundException');
const ttl = (AttributeName: string) =>
  ok({ TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName } });

/** A table made on a server that gives each operation's answers in turn, the last one for ever. */
async function create(answers: Readonly<Record<string, readonly Answer[]>>): Promise<{
  readonly made: CreatedTable;
  readonly looks: readonly string[];
  readonly asked: readonly string[];
}> {
  const counts = new Map<string, number>();
  await using server = await scriptedServer(({ operation }) => {
    const count = counts.get(operation) ?? 0;
    counts.set(operation, count + 1);
    return answers[operation]?.[count] ?? answers[operation]?.at(-1) ?? ok();
  });
  // Time flies, or half an hour would take hundreds of looks.
  const slow = manualClock();
  const clock = { ...slow, now: () => slow.now() * 360 };
  await using dynamo = await openDynamoDb({ endpointUrl: server.endpoint.href });
  const looks: string[] = [];
  const onProgress = ({ status }: { readonly status: string }) => looks.push(status);
  const made = await createTable(dynamo, design, { settings: { billing: 'on-demand' }, clock, onProgress });
  return { made, looks, asked: server.received.map((request) => request.operation) };
}

describe('createTable', () => {
  it('looks until the table is active, and sets the time to live afterwards', async () => {
    const { made, looks, asked } = await create({
      DescribeTable: [missing, missing, described('CREATING'), described('CREATING'), described('ACTIVE')],
      DescribeTimeToLive: [ttl('expiresAt')],
    });
    expect(looks).toEqual(['CREATING', 'CREATING', 'ACTIVE']);
    expect(made).toMatchObject({ kind: 'created', table: { timeToLive: { attribute: 'expiresAt' } } });
    expect(asked.filter((one) => /^(Create|Update)/.test(one))).toEqual(['CreateTable', 'UpdateTimeToLive']);
  });

  it('sets the time to live again when the table was busy', async () => {
    const { asked } = await create({
      DescribeTable: [missing, described('ACTIVE')],
      UpdateTimeToLive: [failure(400, 'ResourceInUseException'), ok()],
    });
    expect(asked.filter((one) => one === 'UpdateTimeToLive')).toHaveLength(2);
  });

  it('takes a table that somebody made in the meantime for what it is', async () => {
    const { made } = await create({
      DescribeTable: [missing, described('ACTIVE')],
      CreateTable: [failure(400, 'ResourceInUseException')],
      DescribeTimeToLive: [ttl('other')],
    });
    expect(made).toMatchObject({
      kind: 'exists',
      differences: [
        { what: 'time to live attribute', expected: 'expiresAt', found: 'other', change: 'in place' },
      ],
    });
  });

  it('does without the time to live of a table whose owner keeps it to himself', async () => {
    const { made } = await create({
      DescribeTable: [described('ACTIVE')],
      DescribeTimeToLive: [failure(400, 'AccessDeniedException')],
    });
    expect(made).toMatchObject({
      kind: 'exists',
      differences: [],
      table: { timeToLive: { kind: 'unknown' } },
    });
  });

  it.each([
    ['is deleted while it is awaited', 'DELETING', /DELETING instead of becoming active/],
    ['stays in the making for half an hour', 'CREATING', /not active after 30 minutes/],
  ])('gives up on a table that %s', async (_, status, message) => {
    const ends = create({ DescribeTable: [missing, described(status)] });
    await expect(ends).rejects.toMatchObject({
      code: 'TABLE_NOT_ACTIVE',
      message: expect.stringMatching(message),
    });
  });

  it('denies access in the words of the sink', async () => {
    const ends = create({
      DescribeTable: [missing],
      CreateTable: [failure(400, 'AccessDeniedException', 'not authorized to perform: dynamodb:CreateTable')],
    });
    await expect(ends).rejects.toMatchObject({
      code: 'SINK_ACCESS_DENIED',
      message: expect.stringContaining('dynamodb:CreateTable'),
    });
  });
});

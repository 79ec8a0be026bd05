import { describe, expect, it } from 'vitest';
import { openSink } from '../../../../src/sink/open-sink.js';
import type { SinkTable } from '../../../../src/sink/sink-options.js';
import { requireEngine } from '../../../support/require-resource.js';
import { ok, scriptedServer } from '../../../unit/dynamodb/scripted-server.js';
import { createShopTable } from '../shop-table.js';

const engineUrl = requireEngine('dynamodb');

describe('the DynamoDB sink opens a writer only on the right table:', () => {
  const open = (table: SinkTable, endpointUrl = engineUrl) =>
    openSink('dynamodb', { table, region: 'eu-west-1', endpointUrl });

  it('names itself by endpoint or region, and knows what is local', async () => {
    const table = { name: 'shop', partitionKey: 'pk', sortKey: 'sk', indexes: [] };
    await using here = await open(table, 'http://127.0.0.1:8000');
    await using there = await openSink('dynamodb', { table, region: 'eu-west-1', endpointUrl: undefined });
    expect([here.label, here.local]).toEqual(['dynamodb://127.0.0.1:8000/shop', true]);
    expect([there.label, there.local]).toEqual(['dynamodb://eu-west-1/shop', false]);
  });

  it('not on a table that is not there', async () => {
    const table = { ...(await createShopTable(engineUrl)), name: 'nowhere' };
    await using sink = await open(table);
    const missing = { code: 'SINK_TABLE_MISSING', message: expect.stringContaining('nowhere') };
    await expect(sink.openWriter('overwrite')).rejects.toMatchObject(missing);
    await expect(sink.openReader()).rejects.toMatchObject(missing);
  });

  it('not on one with other keys or without an index: every difference is listed', async () => {
    const table = await createShopTable(engineUrl);
    const [gsi1] = table.indexes;
    await using sink = await open({
      ...table,
      partitionKey: 'PK',
      indexes: [
        { ...gsi1!, sortKey: 'other' },
        { ...gsi1!, name: 'gsi2' },
      ],
    });
    await expect(sink.openWriter('overwrite')).rejects.toMatchObject({
      code: 'SINK_TABLE_SHAPE',
      message: expect.stringMatching(
        /partition key: expected PK \(S\), found pk \(S\); index gsi1 sort key: expected other \(S\), found gsi1sk \(S\); index gsi2: expected an index, found none/,
      ),
    });
  });

  it('not on one that is being deleted', async () => {
    await using server = await scriptedServer(() => ok({ Table: { TableStatus: 'DELETING' } }));
    await using sink = await open(await createShopTable(engineUrl), server.endpoint.href);
    await expect(sink.openWriter('overwrite')).rejects.toMatchObject({
      code: 'SINK_TABLE_SHAPE',
      message: expect.stringContaining('is DELETING and takes no writes'),
      hint: expect.stringContaining('tablefold table show'),
    });
  });

  it('not at an endpoint that is not there', async () => {
    const { endpoint, ...server } = await scriptedServer(() => ok());
    await server[Symbol.asyncDispose]();
    await using sink = await open(await createShopTable(engineUrl), endpoint.href);
    await expect(sink.openWriter('overwrite')).rejects.toMatchObject({
      code: 'SINK_CONNECT',
      message: expect.stringContaining(endpoint.origin),
    });
  });
});

import { randomUUID } from 'node:crypto';
import { type AttributeDefinition, CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { type DynamoDb, openDynamoDb } from '../../../src/dynamodb/client.js';
import type { SinkTable } from '../../../src/sink/sink-options.js';
import { SINK_TABLE } from '../../contract/sink-items.js';
export const dynamoDbUrl = () => process.env['DYNAMODB_URL'] ?? '';

/** Creates a table of the shape of `SINK_TABLE` under a name of its own. */
export async function createShopTable(endpointUrl = dynamoDbUrl()): Promise<SinkTable> {
  await using dynamo = await openDynamoDb({ endpointUrl, region: 'eu-west-1' });
  return createIn(dynamo);
}

async function createIn({ control }: DynamoDb): Promise<SinkTable> {
  const table = { ...SINK_TABLE, name: `shop-${randomUUID()}` };
  const string = (AttributeName: string): AttributeDefinition => ({ AttributeName, AttributeType: 'S' });
  await control.send(
    new CreateTableCommand({
      TableName: table.name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk'].map(string),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'gsi1',
          KeySchema: [
            { AttributeName: 'gsi1pk', KeyType: 'HASH' },
            { AttributeName: 'gsi1sk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  return table;
}

import { openSink } from '../../../../src/sink/open-sink.js';
import { sinkContract } from '../../../contract/sink.contract.js';
import { createShopTable, dynamoDbUrl } from '../shop-table.js';

sinkContract('the DynamoDB sink', async () => {
  const table = await createShopTable();
  return openSink('dynamodb', { table, region: 'eu-west-1', endpointUrl: dynamoDbUrl() });
});

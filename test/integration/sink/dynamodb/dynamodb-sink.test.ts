import { openSink } from '../../../../src/sink/open-sink.js';
import { sinkContract } from '../../../contract/sink.contract.js';
import { requireEngine } from '../../../support/require-resource.js';
import { createShopTable } from '../shop-table.js';

const endpointUrl = requireEngine('dynamodb');

sinkContract('the DynamoDB sink', async () => {
  const table = await createShopTable(endpointUrl);
  return openSink('dynamodb', { table, region: 'eu-west-1', endpointUrl });
});

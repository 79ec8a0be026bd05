import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openDynamoDb } from '../../../src/dynamodb/client.js';
import { loadMapping, withTable } from '../../../src/mapping/load-mapping.js';
import { resolveTable } from '../../../src/mapping/resolve/resolve-table.js';
import { migrate } from '../../../src/operations/migrate.js';
import { plan } from '../../../src/operations/plan.js';
import { createMappedTable } from '../../../src/operations/table.js';
import { openSink } from '../../../src/sink/open-sink.js';
import { openSource } from '../../../src/source/open-source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { postgresScripts } from '../../support/data-sets.js';
import { callDynamoDb } from '../../support/dynamodb-call.js';
import { dropTable, scanAll, uniqueTableName } from '../../support/dynamodb-table.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const postgresUrl = requireEngine('postgres');
const endpointUrl = requireEngine('dynamodb');

const DATABASES = [
  {
    name: 'the shop',
    scripts: [new URL('../../demo/shop.sql', import.meta.url)],
    mapping: new URL('../../../mappings/shop.yaml', import.meta.url),
  },
  {
    name: 'Chinook',
    scripts: postgresScripts('chinook'),
    mapping: new URL('../../scenarios/chinook/mapping.yaml', import.meta.url),
  },
];

async function tableOf(TableName: string): Promise<{ readonly TableSizeBytes?: number }> {
  const { Table } = await callDynamoDb<{ Table: { TableSizeBytes?: number } }>(endpointUrl, 'DescribeTable', {
    TableName,
  });
  return Table;
}

describe.each(DATABASES)('what plan measures of $name', ({ scripts, mapping: file }) => {
  it('is what DynamoDB then says it consumed and holds, to 1 %', async () => {
    const table = uniqueTableName();
    const mapping = withTable(await loadMapping(fileURLToPath(file)), table);
    await using database = await createDatabase(postgresUrl, ...scripts);
    await using source = await openSource(database.url, {});
    await using dynamo = await openDynamoDb({ endpointUrl, region: 'eu-west-1' });
    const { signal } = new AbortController();
    const planned = await plan({ mapping, source, signal });

    await createMappedTable({ mapping, dynamo, signal });
    try {
      const options = { table: resolveTable(mapping.mapping.table), region: 'eu-west-1', endpointUrl };
      await using sink = await openSink('dynamodb', options);
      const { totals } = await migrate({ mapping, source, sink, state: memoryState(), signal });
      expect(totals.written).toBe(planned.totals.items);
      // Consumed, as the replies say, table and indexes together.
      expect(Math.abs(planned.totals.writeUnits / totals.units - 1)).toBeLessThan(0.01);
      const found = await scanAll(endpointUrl, table);
      expect(found).toHaveLength(planned.totals.items);
      const { TableSizeBytes = 0 } = await tableOf(table);
      expect(Math.abs(planned.totals.bytes / TableSizeBytes - 1)).toBeLessThan(0.01);
    } finally {
      await dropTable(endpointUrl, table);
    }
  });
});

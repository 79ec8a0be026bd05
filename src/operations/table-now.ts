import type { DynamoDb } from '../dynamodb/client.js';
import { askTable, isOnDemand } from '../dynamodb/table-description.js';
import { readWriteCapacity } from '../dynamodb/write-capacity.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { resolveTable } from '../mapping/resolve/resolve-table.js';
import type { TableNow } from '../table/capacity/foresee-load.js';
import { describeLimits } from '../table/capacity/quotas.js';

/** How the mapping's table is set: described, never opened. Throws `SINK_CONNECT`, `SINK_ACCESS_DENIED`. */
export async function describeTableNow(
  { mapping }: LoadedMapping,
  dynamo: DynamoDb,
  signal: AbortSignal,
): Promise<TableNow> {
  const { name } = resolveTable(mapping.table);
  const found = await askTable(dynamo, name, signal);
  const limits = await describeLimits(dynamo, signal);
  return {
    table: name,
    region: dynamo.region,
    quota: limits?.write ?? null,
    set:
      found === null
        ? null
        : { mode: isOnDemand(found) ? 'on-demand' : 'provisioned', parts: readWriteCapacity(found) },
  };
}

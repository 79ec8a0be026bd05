import type { SinkTable } from '../../../src/sink/sink-options.js';
import { SINK_TABLE } from '../../contract/sink-items.js';
import { createTable } from '../../support/dynamodb-table.js';

/** A table of the shape of `SINK_TABLE` under a name of its own. */
export async function createShopTable(engineUrl: string): Promise<SinkTable> {
  const { name } = await createTable(engineUrl, SINK_TABLE);
  return { ...SINK_TABLE, name };
}

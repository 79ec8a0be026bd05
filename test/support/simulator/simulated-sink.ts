import type { DynamoDb } from '../../../src/dynamodb/client.js';
import { classify, readError } from '../../../src/dynamodb/failure.js';
import type { Reply } from '../../../src/dynamodb/wire.js';
import { LIMITS } from '../../../src/item/limits.js';
import { putBatch } from '../../../src/sink/dynamodb/put-batch.js';
import type { ItemWriter } from '../../../src/sink/sink.js';
import type { SinkTable } from '../../../src/sink/sink-options.js';
import type { Simulator } from './simulator.js';

/** The sink's own BatchWriteItem with the simulator at the other end of its wire: no socket, so time may be virtual. */
export function simulatedWriter(simulator: Simulator, table: SinkTable): ItemWriter {
  const dynamo = {
    endpoint: new URL('http://simulator.invalid'),
    region: 'local',
    wire: {
      async call<Body>(operation: string, json: string): Promise<Reply<Body>> {
        const { status, text } = await simulator.call(operation, Buffer.from(json));
        if (status === 200) return { kind: 'ok', body: JSON.parse(text) as Body };
        return classify(readError(status, text)) as Reply<Body>;
      },
      async [Symbol.asyncDispose]() {},
    },
  } as unknown as DynamoDb;
  return {
    limits: { batchItems: LIMITS.batchWriteItems, batchBytes: LIMITS.batchWriteBytes },
    write: (batch, signal) => putBatch(dynamo, table, batch, signal),
    async [Symbol.asyncDispose]() {},
  };
}

import type { DynamoDb } from '../../../src/dynamodb/client.js';
import { classify, readError } from '../../../src/dynamodb/failure.js';
import type { Reply } from '../../../src/dynamodb/wire.js';
import { LIMITS } from '../../../src/item/limits.js';
import { putBatch } from '../../../src/sink/dynamodb/put-batch.js';
import type { ItemWriter } from '../../../src/sink/sink.js';
import type { SinkTable } from '../../../src/sink/sink-options.js';
import type { Simulator } from './simulator.js';

/** DynamoDB with the simulator at the other end of its wire: no socket, so time may be virtual. */
export function simulatedDynamo(simulator: Simulator): DynamoDb {
  return {
    endpoint: new URL('http://simulator.invalid'),
    region: 'local',
    local: true,
    control: {
      async send(command: object & { readonly input: object }) {
        const operation = command.constructor.name.replace(/Command$/, '');
        const { status, text } = await simulator.call(operation, Buffer.from(JSON.stringify(command.input)));
        if (status !== 200) throw new Error(`the simulator answers ${operation} with ${text}`);
        return JSON.parse(text);
      },
    },
    wire: {
      async call<Body>(operation: string, json: string): Promise<Reply<Body>> {
        const { status, text } = await simulator.call(operation, Buffer.from(json));
        if (status === 200) return { kind: 'ok', body: JSON.parse(text) as Body };
        return classify(readError(status, text)) as Reply<Body>;
      },
      async [Symbol.asyncDispose]() {},
    },
  } as unknown as DynamoDb;
}

/** The sink's own BatchWriteItem. */
export function simulatedWriter(dynamo: DynamoDb, table: SinkTable): ItemWriter {
  return {
    limits: { batchItems: LIMITS.batchWriteItems, batchBytes: LIMITS.batchWriteBytes },
    write: (batch, signal) => putBatch(dynamo, table, batch, signal),
    async [Symbol.asyncDispose]() {},
  };
}

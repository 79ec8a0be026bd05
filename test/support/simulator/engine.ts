import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { sendDynamoDb } from '../dynamodb-call.js';
import type { SimulatorReply } from './simulator.js';

/** What keeps the items behind the simulator: a DynamoDB that knows no throughput. */
export interface Engine extends AsyncDisposable {
  call(operation: string, body: Buffer): Promise<SimulatorReply>;
}

/** Any endpoint that speaks DynamoDB. */
export function engineAt(url: string): Engine {
  return {
    call: (operation, body) => sendDynamoDb(url, operation, body),
    async [Symbol.asyncDispose]() {},
  };
}

/** dynalite in this process, its tables in memory. */
export async function openDynalite(): Promise<Engine> {
  const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const engine = engineAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    call: engine.call,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

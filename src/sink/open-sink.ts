import type { Sink } from './sink.js';
import type { DynamoDbSinkOptions, MemorySinkOptions, SinkOptions } from './sink-options.js';

/** Name → adapter: the one list of sinks. Each is loaded only when it is opened. */
const SINKS: { readonly [Name in keyof SinkOptions]: (options: SinkOptions[Name]) => Promise<Sink> } = {
  dynamodb: async (options: DynamoDbSinkOptions) =>
    (await import('./dynamodb/dynamodb-sink.js')).openDynamoDbSink(options),
  memory: async (options: MemorySinkOptions) => (await import('./memory/memory-sink.js')).memorySink(options),
};

/**
 * Opens a sink without touching its table. Throws `SINK_CONNECT` when its address cannot be found out
 * (no region, no such profile).
 */
export function openSink<Name extends keyof SinkOptions>(
  name: Name,
  options: SinkOptions[Name],
): Promise<Sink> {
  return SINKS[name](options);
}

import { type DynamoDb, openDynamoDb } from '../../dynamodb/client.js';
import { fatal } from '../../dynamodb/errors.js';
import { describeTable } from '../../dynamodb/table-description.js';
import { compareKeys, sayDifference } from '../../dynamodb/table-shape.js';
import { LIMITS } from '../../item/limits.js';
import { sinkError } from '../errors.js';
import type { ExistingPolicy, ItemWriter, Sink } from '../sink.js';
import type { DynamoDbSinkOptions, SinkTable } from '../sink-options.js';
import { changeItem } from './change-item.js';
import { merge } from './outcome.js';
import { overheadBytes, putBatch } from './put-batch.js';
import { putOnCondition } from './put-on-condition.js';
import { openReader } from './reader.js';
import { openRepairer } from './repair-item.js';

const PATIENCE_MS = 10 * 60_000;

/**
 * A DynamoDB table as a sink. Opening finds out the address and sends nothing; a writer or reader first
 * makes sure that the table is there, is active and has the keys that the items are made for.
 */
export async function openDynamoDbSink(options: DynamoDbSinkOptions): Promise<Sink> {
  const { table, patienceMs = PATIENCE_MS } = options;
  const dynamo = await openDynamoDb(options);
  return {
    capabilities: { readsBack: true, policies: ['overwrite', 'insert-only', 'olderBy', 'changes'] },
    label: labelOf(dynamo, table.name),
    local: dynamo.local,
    async openWriter(policy) {
      await requireTable(dynamo, table);
      return writerOf(dynamo, table, policy);
    },
    async openReader() {
      await requireTable(dynamo, table);
      return openReader(dynamo, table, patienceMs);
    },
    async openRepairer() {
      await requireTable(dynamo, table);
      return openRepairer(dynamo, table, patienceMs);
    },
    [Symbol.asyncDispose]: () => dynamo[Symbol.asyncDispose](),
  };
}

function writerOf(dynamo: DynamoDb, table: SinkTable, policy: ExistingPolicy): ItemWriter {
  return {
    limits: {
      batchItems: LIMITS.batchWriteItems,
      batchBytes: LIMITS.batchWriteBytes - overheadBytes(table.name),
    },
    async write(batch, signal) {
      const puts = batch.filter(({ change }) => change === undefined);
      const changes = batch.flatMap((item) =>
        item.change === undefined ? [] : [changeItem(dynamo, table, item, item.change, signal)],
      );
      if (policy !== 'overwrite') {
        const conditional = puts.map((item) => putOnCondition(dynamo, table, item, policy, signal));
        return merge(await Promise.all([...conditional, ...changes]));
      }
      if (changes.length === 0) return putBatch(dynamo, table, batch, signal);
      const rest = puts.length === 0 ? [] : [putBatch(dynamo, table, puts, signal)];
      return merge(await Promise.all([...rest, ...changes]));
    },
    // Connections belong to the sink: its readers use them too.
    async [Symbol.asyncDispose]() {},
  };
}

/** Throws `SINK_TABLE_MISSING`, or `SINK_TABLE_SHAPE` with every difference. */
async function requireTable(dynamo: DynamoDb, table: SinkTable): Promise<void> {
  const found = await describeTable(dynamo, table.name);
  if (found === null) throw fatal({ kind: 'tableMissing', message: '' }, { ...dynamo, table: table.name });
  const label = labelOf(dynamo, table.name);
  // A table takes writes while it is being updated (an index built, its capacity changed).
  if (found.status !== 'ACTIVE' && found.status !== 'UPDATING') {
    throw sinkError('SINK_TABLE_SHAPE', `the table ${label} is ${found.status} and takes no writes`, {
      hint: 'Wait until `tablefold table show` says ACTIVE.',
    });
  }
  const differences = compareKeys(table, found);
  if (differences.length > 0) {
    const list = differences.map(sayDifference).join('; ');
    throw sinkError(
      'SINK_TABLE_SHAPE',
      `the table ${label} is not the one that the mapping is for: ${list}`,
      {
        hint: 'Name another table with --table, make the keys in the mapping those of the table, or create one with `tablefold table create`.',
      },
    );
  }
}

/** `dynamodb://eu-west-1/shop` on AWS; elsewhere the endpoint tells two tables of one name apart. */
function labelOf({ endpoint, region }: DynamoDb, table: string): string {
  const aws = /\.(amazonaws\.com(\.cn)?|aws)$/.test(endpoint.hostname);
  return `dynamodb://${aws ? region : endpoint.host}/${table}`;
}

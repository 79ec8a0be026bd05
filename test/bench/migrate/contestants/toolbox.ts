import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { boolean, Entity, item, list, map, number, string, Table } from 'dynamodb-toolbox';
import { BatchPutRequest } from 'dynamodb-toolbox/entity/actions/batchPut';
import { BatchWriteCommand, execute } from 'dynamodb-toolbox/table/actions/batchWrite';
import { CREDENTIALS, putPages } from '../put-pages.js';
import type { PlainItem } from '../shape.js';
import type { Run, Task } from '../task.js';
import { ATTRIBUTES, LINE } from './attributes.js';

const TYPES = { string: () => string(), number: () => number(), boolean: () => boolean() };

/** dynamodb-toolbox's BatchPutRequest; it sends what is unprocessed again itself, at once. */
export function loadToolbox(task: Task): Run {
  return async () => {
    const { endpoint, shape } = task;
    const client = new DynamoDBClient({ endpoint, region: 'local', credentials: CREDENTIALS });
    const table = new Table({
      name: 'bench',
      documentClient: DynamoDBDocumentClient.from(client),
      partitionKey: { name: 'pk', type: 'string' },
      sortKey: { name: 'sk', type: 'string' },
    });
    const attributes = Object.entries(ATTRIBUTES[shape]).map(([name, kind]) => [name, attributeOf(kind)]);
    const entity = new Entity({
      name: shape,
      table,
      schema: item({ pk: string().key(), sk: string().key(), ...Object.fromEntries(attributes) }),
      computeKey: (key: { pk?: string; sk?: string }) => ({ pk: key.pk ?? '', sk: key.sk ?? '' }),
      entityAttribute: false,
      timestamps: false,
    });
    const written = await putPages(task, async (items) => {
      const requests = items.map((one) => entity.build(BatchPutRequest).item(one as never));
      const command = table.build(BatchWriteCommand).requests(...requests);
      const reply = await execute({ maxAttempts: 10 }, command);
      return (reply.UnprocessedItems?.['bench'] ?? []).map(({ PutRequest }) => PutRequest?.Item as PlainItem);
    });
    client.destroy();
    return written;
  };
}

function attributeOf(kind: string) {
  if (kind === 'lines')
    return list(map(Object.fromEntries(Object.entries(LINE).map(([name, type]) => [name, TYPES[type]()]))));
  const type = TYPES[kind.replace('?', '') as keyof typeof TYPES]();
  return kind.endsWith('?') ? type.optional() : type;
}

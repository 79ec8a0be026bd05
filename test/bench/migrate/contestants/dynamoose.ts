import { DynamoDB } from '@aws-sdk/client-dynamodb';
import dynamoose from 'dynamoose';
import { CREDENTIALS, putPages, stillLeft } from '../put-pages.js';
import type { PlainItem } from '../shape.js';
import type { Run, Task } from '../task.js';
import { ATTRIBUTES, LINE } from './attributes.js';

const TYPES = { string: String, number: Number, boolean: Boolean };

/** dynamoose's `Model.batchPut` of 25. */
export function loadDynamoose(task: Task): Run {
  return async () => {
    const { endpoint, shape } = task;
    const client = new DynamoDB({ endpoint, region: 'local', credentials: CREDENTIALS });
    dynamoose.aws.ddb.set(client as never);
    const attributes = Object.entries(ATTRIBUTES[shape]).map(([name, kind]) => [name, attributeOf(kind)]);
    const schema = new dynamoose.Schema({
      pk: { type: String, hashKey: true },
      sk: { type: String, rangeKey: true },
      ...Object.fromEntries(attributes),
    });
    const model = dynamoose.model('bench', schema, { create: false, waitForActive: false });
    new dynamoose.Table('bench', [model], { create: false, waitForActive: false });
    const written = await putPages(task, async (items) => {
      const { unprocessedItems } = await model.batchPut(items as PlainItem[] as never);
      return stillLeft(items, unprocessedItems as readonly { pk?: unknown; sk?: unknown }[]);
    });
    client.destroy();
    return written;
  };
}

function attributeOf(kind: string): unknown {
  if (kind === 'lines') {
    const schema = Object.fromEntries(Object.entries(LINE).map(([name, type]) => [name, TYPES[type]]));
    return { type: Array, schema: [{ type: Object, schema }] };
  }
  return { type: TYPES[kind.replace('?', '') as keyof typeof TYPES], required: !kind.endsWith('?') };
}

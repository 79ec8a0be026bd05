import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { CREDENTIALS, putPages } from '../put-pages.js';
import type { PlainItem } from '../shape.js';
import type { Run, Task } from '../task.js';

/** The script that most people would write: a cursor, objects, the document client and p-limit. */
export function loadHandwritten(task: Task): Run {
  return async () => {
    const { endpoint } = task;
    const document = DynamoDBDocumentClient.from(
      new DynamoDBClient({ endpoint, region: 'local', credentials: CREDENTIALS }),
    );
    const written = await putPages(task, async (items) => {
      const bench = items.map((Item) => ({ PutRequest: { Item } }));
      const reply = await document.send(new BatchWriteCommand({ RequestItems: { bench } }));
      return (reply.UnprocessedItems?.['bench'] ?? []).map(({ PutRequest }) => PutRequest?.Item as PlainItem);
    });
    document.destroy();
    return written;
  };
}

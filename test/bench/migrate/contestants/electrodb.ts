import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Attribute, Entity } from 'electrodb';
import { CREDENTIALS, putPages, stillLeft } from '../put-pages.js';
import type { Run, Task } from '../task.js';
import { ATTRIBUTES, LINE } from './attributes.js';

/** electrodb's `put` of 25; it adds `__edb_e__` and `__edb_v__` to each item, which cannot be turned off. */
export function loadElectroDb(task: Task): Run {
  return async () => {
    const { endpoint, shape } = task;
    const client = new DynamoDBClient({ endpoint, region: 'local', credentials: CREDENTIALS });
    const entity = new Entity(
      {
        model: { entity: shape, service: 'bench', version: '1' },
        attributes: {
          pk: { type: 'string', required: true },
          sk: { type: 'string', required: true },
          ...Object.fromEntries(
            Object.entries(ATTRIBUTES[shape]).map(([name, kind]) => [name, attributeOf(kind)]),
          ),
        },
        // Attributes that are the keys: what is written is what tablefold writes, in its case.
        indexes: {
          main: {
            pk: { field: 'pk', composite: ['pk'], casing: 'none' },
            sk: { field: 'sk', composite: ['sk'], casing: 'none' },
          },
        },
      } as const,
      { client, table: 'bench' },
    );
    const written = await putPages(task, async (items) => {
      // A list makes it a batch, which its types know of literal models only.
      const reply = (await entity.put(items as never).go()) as unknown as {
        unprocessed: readonly { pk?: unknown; sk?: unknown }[];
      };
      return stillLeft(items, reply.unprocessed);
    });
    client.destroy();
    return written;
  };
}

function attributeOf(kind: string): Attribute {
  if (kind === 'lines') {
    const properties = Object.fromEntries(Object.entries(LINE).map(([name, type]) => [name, { type }]));
    return { type: 'list', items: { type: 'map', properties } } as Attribute;
  }
  return { type: kind.replace('?', ''), required: !kind.endsWith('?') } as Attribute;
}

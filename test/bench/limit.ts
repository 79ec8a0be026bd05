import { readFile } from 'node:fs/promises';
import pLimit from 'p-limit';
import pg from 'pg';
import Cursor from 'pg-cursor';
import type { Run, Task } from './contestant.js';
import { SQL } from './handwritten.js';

const BATCH = 25;

/**
 * What this machine, driver and wire can do at most: the same query read as raw text and thrown away, and for
 * every 25 rows a request body that was made before, signed and sent by the project's own wire.
 */
export async function loadLimit(task: Task): Promise<Run> {
  const { openWire } = (await import(
    new URL('dynamodb/wire.js', task.dist).href
  )) as typeof import('../../src/dynamodb/wire.js');
  return () => runLimit(openWire, task);
}

async function runLimit(
  openWire: typeof import('../../src/dynamodb/wire.js').openWire,
  { sourceUrl, endpoint, bodiesFile }: Task,
): Promise<number> {
  const bodies = JSON.parse(await readFile(bodiesFile, 'utf8')) as string[];
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  await using wire = openWire({
    endpoint: new URL(endpoint),
    region: 'local',
    credentials: async () => credentials,
  });
  const client = new pg.Client({ connectionString: sourceUrl });
  await client.connect();
  const types = { getTypeParser: () => (text: string) => text };
  const cursor = client.query(new Cursor<string[]>(SQL, [], { rowMode: 'array', types } as never));

  let written = 0;
  let next = 0;
  const limit = pLimit(16);
  const send = async (body: string): Promise<void> => {
    const reply = await wire.call('BatchWriteItem', body, { writes: true });
    if (reply.kind !== 'ok') throw new Error(`the sink said ${reply.kind}`);
    written += BATCH;
  };
  let former: Promise<unknown> = Promise.resolve();
  for (;;) {
    const rows = await cursor.read(5000);
    if (rows.length === 0) break;
    if (rows.length % BATCH !== 0) throw new Error(`the limit needs a multiple of ${BATCH} rows`);
    await former; // one page is read while the one before it is sent
    const sends = Array.from({ length: rows.length / BATCH }, () =>
      limit(send, bodies[next++ % bodies.length] ?? ''),
    );
    former = Promise.all(sends);
    former.catch(() => undefined); // it is awaited above, with the next page
  }
  await former;
  await cursor.close();
  await client.end();
  return written;
}

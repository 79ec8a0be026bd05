import { readFile } from 'node:fs/promises';
import pLimit from 'p-limit';
import { BATCH, CREDENTIALS } from '../put-pages.js';
import { rawPages } from '../raw-pages.js';
import { SHAPE_OF } from '../shape.js';
import type { Run, Task } from '../task.js';

type OpenWire = typeof import('../../../../src/dynamodb/wire.js').openWire;

/**
 * What this machine, driver and wire can do at most: the same query read as raw text and thrown away, and for
 * every 25 rows a request body that was made before, signed and sent by the project's own wire.
 */
export async function loadLimit(task: Task): Promise<Run> {
  const { openWire } = (await import(new URL('dynamodb/wire.js', task.dist).href)) as { openWire: OpenWire };
  return () => runLimit(openWire, task);
}

async function runLimit(
  openWire: OpenWire,
  { sourceUrl, endpoint, bodiesFile, shape }: Task,
): Promise<number> {
  const bodies = JSON.parse(await readFile(bodiesFile, 'utf8')) as string[];
  await using wire = openWire({
    endpoint: new URL(endpoint),
    region: 'local',
    credentials: async () => CREDENTIALS,
  });
  let written = 0;
  let next = 0;
  const limit = pLimit(16);
  const send = async (body: string): Promise<void> => {
    const reply = await wire.call('BatchWriteItem', body, { writes: true });
    if (reply.kind !== 'ok') throw new Error(`the sink said ${reply.kind}`);
    written += BATCH;
  };
  let former: Promise<unknown> = Promise.resolve();
  for await (const rows of rawPages(sourceUrl, SHAPE_OF[shape])) {
    if (rows % BATCH !== 0) throw new Error(`the limit needs a multiple of ${BATCH} rows`);
    await former; // one page is read while the one before it is sent
    former = Promise.all(
      Array.from({ length: rows / BATCH }, () => limit(send, bodies[next++ % bodies.length] ?? '')),
    );
    former.catch(() => undefined); // it is awaited above, with the next page
  }
  await former;
  return written;
}

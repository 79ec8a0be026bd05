import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run, Task } from './contestant.js';

/** `migrate` with its defaults and a checkpoint on disk, as the command runs it. */
export async function loadTablefold({ sourceUrl, endpoint, dist, mappingFile }: Task): Promise<Run> {
  const { loadMapping, migrate, openSink, openSource, openState } = (await import(
    new URL('index.js', dist).href
  )) as typeof import('../../src/index.js');
  // The adapters, which are imported when they are first opened: loading modules is in nobody's time.
  const adapters = [
    'source/postgres/source.js',
    'sink/dynamodb/dynamodb-sink.js',
    'state/file/file-state.js',
  ];
  await Promise.all(adapters.map((path) => import(new URL(path, dist).href)));
  return async () => {
    const folder = join(tmpdir(), `tablefold-bench-${process.pid}`);
    try {
      const mapping = await loadMapping(mappingFile);
      const table = { name: 'bench', partitionKey: 'pk', sortKey: 'sk', indexes: [] };
      await using source = await openSource(sourceUrl);
      await using sink = await openSink('dynamodb', { table, region: 'local', endpointUrl: endpoint });
      await using state = await openState(folder);
      const { signal } = new AbortController();
      const report = await migrate({ mapping, source, sink, state, existing: 'overwrite', signal });
      return report.totals.written;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

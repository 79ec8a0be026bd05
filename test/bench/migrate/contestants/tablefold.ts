import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run, Task } from '../task.js';

export interface TablefoldTask extends Pick<Task, 'sourceUrl' | 'endpoint' | 'dist' | 'mappingFile'> {
  /** Default: none besides the process's own. */
  readonly threads?: number | undefined;
}

/** `migrate` with its defaults and a checkpoint on disk, as the command runs it. */
export async function loadTablefold({
  sourceUrl,
  endpoint,
  dist,
  mappingFile,
  threads,
}: TablefoldTask): Promise<Run> {
  const { loadMapping, migrate, openSink, openSource, openState } = (await import(
    new URL('index.js', dist).href
  )) as typeof import('../../../../src/index.js');
  // What is imported when it is first opened: loading modules is in nobody's time.
  const driver = sourceUrl.startsWith('postgres') ? 'postgres' : 'mysql';
  const lazily = [`source/${driver}/source.js`, 'sink/dynamodb/dynamodb-sink.js', 'dynamodb/wire.js'];
  await Promise.all(lazily.map((path) => import(new URL(path, dist).href)));
  await import('@aws-sdk/client-dynamodb');
  const { keepHeapSmall } = await import(new URL('cli/v8.js', dist).href);
  keepHeapSmall(); // as the command does
  const partsOf = (folder: string) => ({
    mapping: mappingFile,
    table: undefined,
    rows: { kind: 'database' as const, url: sourceUrl, options: {} },
    sinkOptions: { region: 'local', endpointUrl: endpoint },
    state: folder,
  });
  return async () => {
    const folder = join(tmpdir(), `tablefold-bench-${process.pid}`);
    try {
      const mapping = await loadMapping(mappingFile);
      const table = { name: 'bench', partitionKey: 'pk', sortKey: 'sk', indexes: [] };
      await using source = await openSource(sourceUrl);
      await using sink = await openSink('dynamodb', { table, region: 'local', endpointUrl: endpoint });
      await using state = await openState(folder);
      const { signal } = new AbortController();
      const report = await migrate({
        mapping,
        source,
        sink,
        state,
        existing: 'overwrite',
        signal,
        threads: threads === undefined ? undefined : { count: threads, parts: partsOf(folder) },
      });
      return report.totals.written;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

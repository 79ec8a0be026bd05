import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceSchema } from '../../src/source/source-schema.js';
import { measured } from './measure.js';

export interface FromTableTask {
  /** Of the table that is read, and of the other that is written. */
  readonly mappingFile: string;
  readonly schema: SourceSchema;
  readonly items: number;
  readonly from: string;
  readonly endpoint: string;
  /** URL of the built package, as users run it. */
  readonly dist: string;
  readonly threads: number;
}

/** `migrate` from a table of items in a process of its own, so that its CPU and memory are its own. Prints a Measure. */
const task = JSON.parse(process.argv[2] ?? '') as FromTableTask;
const { mappingFile, schema, items, threads, dist } = task;
const load = (path: string) => import(new URL(path, dist).href);
const { loadMapping, migrate, openSink, openState } = (await load(
  'index.js',
)) as typeof import('../../src/index.js');
const { originOf } = (await load(
  'operations/load-unchanged.js',
)) as typeof import('../../src/operations/load-unchanged.js');
const { tableRows } = (await load(
  'operations/table-rows.js',
)) as typeof import('../../src/operations/table-rows.js');
const { rateLimit } = (await load('pipeline/rate.js')) as typeof import('../../src/pipeline/rate.js');
const { systemClock } = (await load('support/time.js')) as typeof import('../../src/support/time.js');
// What is imported when it is first opened: loading modules is in nobody's time.
for (const path of ['source/dynamodb/source.js', 'sink/dynamodb/dynamodb-sink.js', 'dynamodb/wire.js']) {
  await load(path);
}
await import('@aws-sdk/client-dynamodb');
const { keepHeapSmall } = await load('cli/v8.js');
keepHeapSmall(); // as the command does

const folder = join(tmpdir(), `tablefold-bench-${process.pid}`);
const table = { name: 'bench', partitionKey: 'pk', sortKey: 'sk', indexes: [] };
const read = { region: 'local', endpointUrl: task.from };
const written = { region: 'local', endpointUrl: task.endpoint };
const measure = await measured(async () => {
  try {
    const mapping = await loadMapping(mappingFile);
    const reads = rateLimit(Number.POSITIVE_INFINITY, systemClock);
    const from = await openSink('dynamodb', { ...read, table });
    await using source = await tableRows({ mapping, schema, sink: from, itemCount: items, reads });
    await using sink = await openSink('dynamodb', { ...written, table });
    await using state = await openState(folder);
    const rows = { kind: 'table', mapping: originOf(mapping), aws: read } as const;
    const report = await migrate({
      mapping,
      source,
      sink,
      state,
      existing: 'overwrite',
      reads,
      threads: {
        count: threads,
        parts: { mapping: mappingFile, table: undefined, rows, sinkOptions: written, state: folder },
      },
      signal: new AbortController().signal,
    });
    return report.totals.written;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
process.stdout.write(JSON.stringify(measure));

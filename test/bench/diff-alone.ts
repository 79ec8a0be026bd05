import { measured } from './measure.js';

export interface DiffTask {
  readonly sourceUrl: string;
  readonly mappingFile: string;
  readonly endpoint: string;
  /** URL of the built package, as users run it. */
  readonly dist: string;
  /** Folder of a state that keeps what is read; null: nothing is kept. */
  readonly state: string | null;
}

/** `diff` of equal sides in a process of its own, so that its CPU and memory are its own. Prints a Measure with what it read. */
const { sourceUrl, mappingFile, endpoint, dist, state } = JSON.parse(process.argv[2] ?? '') as DiffTask;
const { diff, loadMapping, openDiffRun, openSink, openSource, openState } = (await import(
  new URL('index.js', dist).href
)) as typeof import('../../src/index.js');
const { keepHeapSmall } = await import(new URL('cli/v8.js', dist).href);
keepHeapSmall(); // as the command does
let readUnits: number | null = null;
const measure = await measured(async () => {
  const mapping = await loadMapping(mappingFile);
  const table = { name: 'bench', partitionKey: 'pk', sortKey: 'sk', indexes: [] };
  await using source = await openSource(sourceUrl);
  await using sink = await openSink('dynamodb', { table, region: 'local', endpointUrl: endpoint });
  const { signal } = new AbortController();
  const sides = { mapping, source, sink, signal };
  await using run =
    state === null ? undefined : await openDiffRun({ ...sides, store: await openState(state) });
  const { totals, items, ...report } = await diff({ ...sides, run });
  if (totals.same !== totals.expected || items !== totals.same)
    throw new Error(`${items} items, of ${totals.expected} expected ${totals.same} are the same`);
  await run?.finish();
  readUnits = report.readUnits;
  return items;
});
process.stdout.write(JSON.stringify({ ...measure, readUnits }));

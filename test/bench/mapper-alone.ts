import { marshall } from '@aws-sdk/util-dynamodb';
import type { RowTree } from '../../src/source/source.js';
import { itemPages } from './migrate/item-pages.js';
import { type ObjectRow, SHAPE_OF, type Shape } from './migrate/shape.js';

export interface MapperTask {
  readonly sourceUrl: string;
  readonly dist: string;
  readonly mappingFile: string;
  readonly rows: number;
  readonly rounds: number;
}

/** One entry a round: nanoseconds an item, from rows in memory to the JSON text of a put. */
export interface MapperMeasure {
  readonly attributes: number;
  readonly mapper: readonly number[];
  readonly marshall: readonly number[];
}

/** The mapping alone, both ways in turn over the same rows, which are read beforehand. One round is a warm-up. */
const task = JSON.parse(process.argv[2] ?? '') as MapperTask;
const load = async <Module>(path: string) => (await import(new URL(path, task.dist).href)) as Module;
const { loadMapping, openSource } = await load<typeof import('../../src/index.js')>('index.js');
const { prepare } = await load<typeof import('../../src/operations/prepare.js')>('operations/prepare.js');
const { nothingMapped } = await load<typeof import('../../src/mapping/mapper.js')>('mapping/mapper.js');

const { signal } = new AbortController();
await using source = await openSource(task.sourceUrl);
const { mappers } = await prepare({ mapping: await loadMapping(task.mappingFile), source, signal });
const [mapper] = mappers;
if (mapper === undefined) throw new Error('the mapping has no entity');

const trees: RowTree[] = [];
await using snapshot = await source.openSnapshot({ concurrency: 1, signal });
for await (const chunk of snapshot.planChunks(mapper.query, { rowsPerChunk: task.rows, limit: task.rows })) {
  const pages = snapshot.readChunk(mapper.query, chunk, { pageBytes: 1024 * 1024, signal });
  for await (const page of pages) trees.push(...page.rows);
}
const { item } = SHAPE_OF.orders;
/** The rows themselves, instead of their items. */
const asRows: Shape = { ...SHAPE_OF.orders, item: (row) => row as ReturnType<Shape['item']> };
const rows: ObjectRow[] = [];
for await (const page of itemPages(task.sourceUrl, asRows)) rows.push(...page);

let characters = 0;
const measure: { readonly [Way in 'mapper' | 'marshall']: number[] } = { mapper: [], marshall: [] };
for (let round = 0; round <= task.rounds; round += 1) {
  const byMapper = time(trees, (tree) => {
    const made = nothingMapped();
    mapper.map(tree, made);
    return made.items[0]?.json ?? '';
  });
  const byMarshall = time(rows, (row) => JSON.stringify(marshall(item(row, []))));
  if (round === 0) continue;
  measure.mapper.push(byMapper);
  measure.marshall.push(byMarshall);
}
if (characters === 0) throw new Error('nothing was mapped');
const first = nothingMapped();
mapper.map(trees[0] as RowTree, first);
const attributes = Object.keys(JSON.parse(first.items[0]?.json ?? '{}')).length;
const result: MapperMeasure = { attributes, ...measure };
process.stdout.write(JSON.stringify(result));

/** Concatenated text is a rope until somebody reads it: the sum of a character makes V8 build it. */
function time<Input>(inputs: readonly Input[], make: (input: Input) => string): number {
  const started = performance.now();
  for (const input of inputs) characters += make(input).charCodeAt(20);
  return ((performance.now() - started) * 1e6) / inputs.length;
}

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { WireItem } from '../item/attribute-value.js';
import { mappingError } from '../mapping/errors.js';
import { compareItems, type ExampleDifference } from '../mapping/examples/compare-items.js';
import {
  type ExpectedItems,
  type ExpectedReject,
  readExpected,
  writeExpected,
} from '../mapping/examples/expected-items.js';
import { cellsOfRows, readRows } from '../mapping/examples/read-rows.js';
import { lineageText } from '../mapping/lineage.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { nothingMapped } from '../mapping/mapper.js';
import type { EmbedMapping, EntityMapping, Mapping } from '../mapping/mapping.js';
import { PAGE_BYTES } from '../pipeline/pipeline.js';
import { openRows } from '../source/open-source.js';
import type { Source } from '../source/source.js';
import { type SourceSchema, tableLabel } from '../source/source-schema.js';
import { messageOf } from '../support/error.js';
import { mappedTables, prepare } from './prepare.js';

export interface TestOptions {
  readonly mapping: LoadedMapping;
  /** Folder of schema.json, rows.yaml and expected.yaml. */
  readonly examples: string;
  /** Write what the mapping makes to expected.yaml instead of comparing. */
  readonly update?: boolean | undefined;
  /** Write the tables that the mapping reads, as this source has them, to schema.json first. */
  readonly schemaOf?: Source | undefined;
  readonly signal: AbortSignal;
}

/** Whether a mapping makes of some rows what was expected of it. Plain JSON: `test --json` prints it. */
export interface TestReport {
  readonly mapping: string;
  readonly examples: string;
  readonly rows: number;
  readonly items: number;
  readonly rejects: number;
  /** Entities with a `where`: it is SQL, which nothing here understands, and every row counts as let through. */
  readonly whereIgnored: readonly string[];
  /** Files that were written. */
  readonly written: readonly string[];
  readonly differences: readonly ExampleDifference[];
}

/** Where the examples of a mapping are, if nobody says: `mappings/shop.yaml` → `mappings/shop.examples`. */
export function examplesOf(mappingFile: string): string {
  return `${mappingFile.slice(0, mappingFile.length - extname(mappingFile).length)}.examples`;
}

/**
 * Maps the rows of a folder in memory, without a database, and compares with its expected items. Throws
 * `MAPPING_EXAMPLES` for files that are missing or wrong, and `MAPPING_INVALID`.
 */
export async function testMapping(options: TestOptions): Promise<TestReport> {
  const { mapping, examples, signal } = options;
  const [schemaFile, rowsFile, expectedFile] = ['schema.json', 'rows.yaml', 'expected.yaml'].map((name) =>
    join(examples, name),
  ) as [string, string, string];
  const written: string[] = [];
  if (options.schemaOf !== undefined) {
    await mkdir(examples, { recursive: true });
    const schema = await mappedSchema(mapping, options.schemaOf, signal);
    await writeFile(schemaFile, `${JSON.stringify(schema, null, 2)}\n`);
    written.push(schemaFile);
  }
  const schema = await readSchema(schemaFile);
  const tables = readRows(await read(rowsFile, 'Write rows of each table there.'), rowsFile);
  await using source = await openRows(schema, cellsOfRows(tables, schema, rowsFile));
  const found = await itemsOf(withoutWhere(mapping), source, signal);

  const { partitionKey, sortKey } = mapping.mapping.table;
  let differences: readonly ExampleDifference[] = [];
  if (options.update === true) {
    await writeFile(expectedFile, writeExpected(found, [partitionKey, sortKey]));
    written.push(expectedFile);
  } else {
    const text = await read(expectedFile, 'Add --update to write what the mapping makes, and read it over.');
    differences = compareItems(readExpected(text, expectedFile), found, [partitionKey, sortKey]);
  }
  return {
    mapping: mapping.file,
    examples,
    rows: tables.reduce((sum, { rows }) => sum + rows.length, 0),
    items: found.items.length,
    rejects: found.rejects.length,
    whereIgnored: entitiesWithWhere(mapping.mapping),
    written,
    differences,
  };
}

/** Every item and reject that a mapping makes of a source, in memory: for few rows. Throws as `plan` does. */
export async function itemsOf(
  mapping: LoadedMapping,
  source: Source,
  signal: AbortSignal,
): Promise<ExpectedItems> {
  const { mappers } = await prepare({ mapping, source, signal });
  await using snapshot = await source.openSnapshot({ concurrency: 1, tables: mappedTables(mappers), signal });
  const items: WireItem[] = [];
  const rejects: ExpectedReject[] = [];
  for (const mapper of mappers) {
    for await (const chunk of snapshot.planChunks(mapper.query, { rowsPerChunk: 10_000 })) {
      for await (const page of snapshot.readChunk(mapper.query, chunk, { pageBytes: PAGE_BYTES, signal })) {
        const made = nothingMapped();
        for (const tree of page.rows) mapper.map(tree, made);
        items.push(...made.items.map(({ json }) => JSON.parse(json) as WireItem));
        rejects.push(
          ...made.rejects.map(({ entity, copy, origin, code }) => ({
            ...{ entity, copy, source: lineageText(origin), code },
          })),
        );
      }
    }
  }
  return { items, rejects };
}

async function mappedSchema(
  mapping: LoadedMapping,
  source: Source,
  signal: AbortSignal,
): Promise<SourceSchema> {
  const { schema, mappers } = await prepare({ mapping, source, signal });
  const labels = new Set(mappedTables(mappers).map((table) => tableLabel(table, schema.defaultSchema)));
  const tables = schema.tables.filter((table) => labels.has(tableLabel(table, schema.defaultSchema)));
  return { ...schema, tables: tables.map((table) => ({ ...table, estimatedRows: null })) };
}

async function readSchema(file: string): Promise<SourceSchema> {
  const text = await read(file, 'Add --learn-schema with a --source to write it from a database.');
  try {
    return JSON.parse(text) as SourceSchema;
  } catch (error) {
    throw mappingError('MAPPING_EXAMPLES', `${file}: not JSON: ${messageOf(error)}`, {
      cause: error,
      hint: 'Write it again with --learn-schema and a --source.',
    });
  }
}

async function read(file: string, hint: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const message = missing ? `there is no file ${file}` : `cannot read ${file}: ${messageOf(error)}`;
    throw mappingError('MAPPING_EXAMPLES', message, { cause: error, hint });
  }
}

/** The rows of an example are those that `where` lets through. */
function withoutWhere(loaded: LoadedMapping): LoadedMapping {
  const { mapping } = loaded;
  const entities = Object.entries(mapping.entities).map(([name, { where: _, ...entity }]) => [
    name,
    { ...entity, ...embedsWithoutWhere(entity) },
  ]);
  return { ...loaded, mapping: { ...mapping, entities: Object.fromEntries(entities) } };
}

type WithEmbeds = Pick<EntityMapping, 'embed'>;

function embedsWithoutWhere({ embed }: WithEmbeds): WithEmbeds {
  if (embed === undefined) return {};
  const embeds = Object.entries(embed).map(([name, { where: _, ...rest }]): [string, EmbedMapping] => [
    name,
    rest,
  ]);
  return { embed: Object.fromEntries(embeds) };
}

function entitiesWithWhere({ entities }: Mapping): readonly string[] {
  return Object.entries(entities)
    .filter(([, { where, embed }]) =>
      [where, ...Object.values(embed ?? {}).map((child) => child.where)].some((sql) => sql !== undefined),
    )
    .map(([name]) => name);
}

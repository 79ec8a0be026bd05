import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { canonicalItem } from '../../src/item/canonical.js';
import { resolveOrThrow } from '../../src/mapping/check-mapping.js';
import { readRows } from '../../src/mapping/examples/read-rows.js';
import { itemDecoder } from '../../src/mapping/from-items/item-decoder.js';
import { type LoadedMapping, loadMapping } from '../../src/mapping/load-mapping.js';
import { resolveTable } from '../../src/mapping/resolve/resolve-table.js';
import { migrate } from '../../src/operations/migrate.js';
import { type MemorySink, memorySink } from '../../src/sink/memory/memory-sink.js';
import { openSource, openTable } from '../../src/source/open-source.js';
import type { Source } from '../../src/source/source.js';
import type { SourceSchema } from '../../src/source/source-schema.js';
import { memoryState } from '../../src/state/memory/memory-state.js';
import { messageOf } from '../../src/support/error.js';
import { createDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { insertRows, POSTGRES } from './insert-rows.js';

const postgresUrl = requireEngine('postgres');
const signal = new AbortController().signal;
const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const names = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
  .filter(({ name }) => existsSync(folder(`${name}/rows.yaml`)))
  .map(({ name }) => name)
  .filter((name) => existsSync(folder(`${name}/schema.sql`)) || existsSync(folder(`${name}/postgres.sql`)));

/** What the items do not tell; all others tell everything. */
const LACKS: { readonly [name: string]: string } = {
  'copy-attributes': 'Book: no first copy of the old mapping holds authors.name',
  'derived-attributes':
    'Sale: no first copy of the old mapping holds sales.net, sales.rate, sales.big, sales.sold_on, sales.paid, sales.note, sellers.name, sales.seller_id, sellers.id',
  'embed-shapes':
    'Order: no first copy of the old mapping holds the sum of order_lines, the min of order_lines, the max of order_lines, the count of order_lines, order_lines as the embed lines reads them, order_lines as the embed prices reads them, order_lines as the embed shelves reads them',
  'expired-items': 'Session: no first copy of the old mapping holds sessions.ends_at',
  'last-by':
    'Account: no entity of the old mapping is read from accounts with all its rows, by a first copy that every row has',
  singletons:
    'OrderTotals has groupBy (mapping.yaml:14:5), and rows that are read from a table of items cannot be grouped',
};

/** Items, read back as rows and mapped again, are the same items. */
it.each(names)('%s is read back from its own items, or says what they lack', async (name) => {
  expect(await readBack(name)).toBe(LACKS[name] ?? 'the same items');
});

async function readBack(name: string): Promise<string> {
  const file = (path: string) => folder(`${name}/${path}`);
  const mapping = await loadMapping(file(existsSync(file('mapping.ts')) ? 'mapping.ts' : 'mapping.yaml'));
  const ddl = await readFile(
    existsSync(file('schema.sql')) ? file('schema.sql') : file('postgres.sql'),
    'utf8',
  );
  await using database = await createDatabase(postgresUrl, ddl);
  const rows = readRows(await readFile(file('rows.yaml'), 'utf8'), file('rows.yaml'));
  for (const sql of insertRows(rows, POSTGRES)) await database.query(sql);
  await using source = await openSource(database.url);
  const first = await written(mapping, source);
  const again = await fromItems(mapping, await source.discover(signal), first.sink);
  try {
    const second = await written(mapping, again);
    const text = ({ sink }: Written) => [...sink.items.values()].map(canonicalItem).sort();
    expect(text(second), name).toEqual(text(first));
    expect(second.dangling, `${name}: parents that are not there`).toBe(first.dangling);
    return 'the same items';
  } catch (error) {
    if (error instanceof Error && error.name === 'AssertionError') throw error;
    return messageOf(error)
      .replace(/^the source refuses the query of /, '')
      .replaceAll(folder(`${name}/`), '');
  }
}

async function fromItems(mapping: LoadedMapping, schema: SourceSchema, sink: MemorySink): Promise<Source> {
  const scanner = await sink.openReader();
  if (scanner === null) throw new Error('memory can be read');
  return openTable({
    scanner,
    decoder: itemDecoder(resolveOrThrow(mapping, schema), schema),
    label: 'memory:shop',
    itemCount: sink.items.size,
    consistent: true,
    pace: { take: async () => undefined, settle: () => undefined },
  });
}

interface Written {
  readonly sink: MemorySink;
  readonly dangling: number;
}

async function written(mapping: LoadedMapping, source: Source): Promise<Written> {
  const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
  const { totals } = await migrate({ mapping, source, sink, state: memoryState(), chunkSize: 3, signal });
  return { sink, dangling: totals.dangling };
}

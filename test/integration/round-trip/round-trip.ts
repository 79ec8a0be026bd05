import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { WireValue } from '../../../src/item/attribute-value.js';
import { loadMapping } from '../../../src/mapping/load-mapping.js';
import type { AttributeMapping } from '../../../src/mapping/mapping.js';
import { resolveTable } from '../../../src/mapping/resolve/resolve-table.js';
import { migrate } from '../../../src/operations/migrate.js';
import { openSink } from '../../../src/sink/open-sink.js';
import { openSource } from '../../../src/source/open-source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { createTable } from '../../support/dynamodb-table.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** One table `t<n>` (id, v) of each type; `as` chooses what `v` becomes. */
export interface TripTable {
  readonly name: string;
  readonly attribute: AttributeMapping;
}

export interface Trip {
  /** What DynamoDB holds of `v`, by table and id; undefined where the item has no such attribute. */
  readonly held: ReadonlyMap<string, ReadonlyMap<number, WireValue | undefined>>;
  readonly rejects: number;
}

/** Migrates the tables into DynamoDB Local and reads the items back by a scan. */
export async function roundTrip(
  sourceUrl: string,
  dynamoUrl: string,
  tables: readonly TripTable[],
): Promise<Trip> {
  await using table = await createTable(dynamoUrl);
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'trip.yaml');
  const entities = Object.fromEntries(
    tables.map(({ name, attribute }) => [
      name,
      {
        from: name,
        attributes: { v: attribute },
        items: { main: { key: { pk: `${name}#{id}`, sk: '{id | raw}' } } },
      },
    ]),
  );
  await writeFile(
    file,
    stringify({ version: 1, table: { name: table.name, partitionKey: 'pk', sortKey: 'sk' }, entities }),
  );
  const mapping = await loadMapping(file);
  const { signal } = new AbortController();
  await using source = await openSource(sourceUrl);
  await using sink = await openSink('dynamodb', {
    table: resolveTable(mapping.mapping.table),
    endpointUrl: dynamoUrl,
  });
  const { totals } = await migrate({ mapping, source, sink, state: memoryState(), signal });
  const held = new Map(tables.map(({ name }) => [name, new Map<number, WireValue | undefined>()]));
  for (const item of await table.scanAll()) {
    const name = (item['_type'] as { S: string }).S;
    held.get(name)?.set(Number((item['sk'] as { S: string }).S), item['v']);
  }
  return { held, rejects: totals.rejects };
}

/** The value as JSON text, its numbers as they are held; bytes as `\x` and hex. */
export function jsonOf(value: WireValue): string {
  const [[type, held] = []] = Object.entries(value);
  switch (type) {
    case 'N':
    case 'BOOL':
      return String(held);
    case 'NULL':
      return 'null';
    case 'L':
      return `[${listOf(value).map(jsonOf).join(',')}]`;
    case 'M':
      return `{${Object.entries(held as { readonly [name: string]: WireValue })
        .map(([name, one]) => `${JSON.stringify(name)}:${jsonOf(one)}`)
        .join(',')}}`;
    default:
      return JSON.stringify(plainOf(value));
  }
}

/** The value as the text that a cast to its column's type takes. */
export function plainOf(value: WireValue): string {
  const [[type, held] = []] = Object.entries(value);
  if (type === 'B') return `\\x${Buffer.from(String(held), 'base64').toString('hex')}`;
  return type === 'L' || type === 'M' ? jsonOf(value) : String(held);
}

export function listOf(value: WireValue): readonly WireValue[] {
  const [list] = Object.values(value);
  return list as readonly WireValue[];
}

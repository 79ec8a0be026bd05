import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { WireItem } from '../../../src/item/attribute-value.js';
import { parseMapping } from '../../../src/mapping/load-mapping.js';
import { resolveTable } from '../../../src/mapping/resolve/resolve-table.js';
import { diff } from '../../../src/operations/diff.js';
import type { DiffReport } from '../../../src/operations/diff-report.js';
import { migrate } from '../../../src/operations/migrate.js';
import { openSink } from '../../../src/sink/open-sink.js';
import { openSource } from '../../../src/source/open-source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { LOCAL_AWS } from '../../support/cli.js';
import { callDynamoDb } from '../../support/dynamodb-call.js';
import { createTable } from '../../support/dynamodb-table.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');
const signal = new AbortController().signal;

const ROWS = `
  CREATE TABLE reports (id int PRIMARY KEY, title text NOT NULL, body text NOT NULL);
  INSERT INTO reports VALUES (1, 'small', 'word'), (2, 'large', repeat('some words ', 90000))`;
const MAPPING = (table: string, oversize: string) => `version: 1
table: { name: ${table}, partitionKey: pk, sortKey: sk }
entities:
  Report:
    from: reports
    oversize: ${oversize}
    items: { main: { key: { pk: 'REPORT#{id}', sk: REPORT } } }
`;

interface Reports {
  readonly items: () => Promise<WireItem[]>;
  readonly put: (item: WireItem) => Promise<unknown>;
  readonly remove: (item: WireItem) => Promise<unknown>;
  readonly diff: (repair?: object) => Promise<DiffReport>;
}

/** A test of a table that both reports were migrated to. */
function withReports(oversize: 'gzip' | 'split', test: (reports: Reports) => Promise<void>) {
  return async () => {
    await using database = await createDatabase(postgresUrl, ROWS);
    await using made = await createTable(dynamoUrl);
    await using source = await openSource(database.url);
    const mapping = parseMapping(MAPPING(made.name, oversize), 'reports.yaml');
    const table = resolveTable(mapping.mapping.table);
    const { AWS_REGION: region } = LOCAL_AWS;
    await using sink = await openSink('dynamodb', { table, endpointUrl: dynamoUrl, region });
    await migrate({ mapping, source, sink, state: memoryState(), signal });
    const call = (operation: string, body: object) =>
      callDynamoDb(dynamoUrl, operation, { TableName: made.name, ...body });
    await test({
      items: made.scanAll,
      put: (item) => call('PutItem', { Item: item }),
      remove: ({ pk, sk }) => call('DeleteItem', { Key: { pk, sk } }),
      diff: (repair) => diff({ mapping, source, sink, signal, repair }),
    });
  };
}

const NONE = { missing: 0, different: 0, orphans: 0, changed: 0 };

describe('diff of items over 400 KB', () => {
  it(
    'holds a compressed attribute to be its content, however well it is compressed',
    withReports('gzip', async (table) => {
      expect((await table.diff()).totals).toMatchObject({ expected: 2, same: 2, ...NONE });
      const large = (await table.items()).find((item) => item['_gzip'] !== undefined);
      const body = Buffer.from(String(large?.['body']?.['B']), 'base64');
      const content = gunzipSync(body);
      const stored = gzipSync(content, { level: 1 });
      expect(stored.equals(body)).toBe(false);
      await table.put({ ...large, body: { B: stored.toString('base64') } });
      expect((await table.diff()).totals).toMatchObject({ same: 2, ...NONE });

      const other = gzipSync(content.toString().replace('some', 'SOME'));
      await table.put({ ...large, body: { B: other.toString('base64') } });
      const { totals, samples } = await table.diff();
      expect(totals).toMatchObject({ same: 1, different: 1 });
      expect(samples[0]?.attributes.map(({ name }) => name)).toEqual(['body']);
      await table.diff({});
      expect((await table.diff()).totals).toMatchObject({ same: 2, ...NONE });
    }),
  );

  it(
    'finds each part of a split item that is missing, is another, or is left over',
    withReports('split', async (table) => {
      const before = await table.items();
      expect(before).toHaveLength(5);
      expect((await table.diff()).totals).toMatchObject({ expected: 5, same: 5, ...NONE });
      const part = (number: string) => before.find((item) => item['_part']?.['N'] === number) ?? {};
      await table.remove(part('1'));
      await table.put({ ...part('2'), body: { S: 'another' } });
      await table.put({ ...part('3'), sk: { S: 'REPORT$0004' }, _part: { N: '4' } });

      const { totals, samples } = await table.diff();
      expect(totals).toMatchObject({ same: 3, missing: 1, different: 1, orphans: 1 });
      const found = samples.map(({ kind, key }) => `${kind} ${key['sk']?.['S']}`);
      expect(found.sort()).toEqual(['different REPORT$0002', 'missing REPORT$0001', 'orphan REPORT$0004']);
      await table.diff({});
      expect((await table.diff()).totals).toMatchObject({ same: 5, ...NONE, orphans: 1 });
    }),
  );
});

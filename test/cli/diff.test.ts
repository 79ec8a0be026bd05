import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemFingerprint } from '../../src/compare/digest.js';
import type { WireItem } from '../../src/item/attribute-value.js';
import { canonicalKey } from '../../src/item/canonical.js';
import { loadMapping, withTable } from '../../src/mapping/load-mapping.js';
import { resolveTable } from '../../src/mapping/resolve/resolve-table.js';
import { diff } from '../../src/operations/diff.js';
import type { Difference, DiffReport } from '../../src/operations/diff-report.js';
import { readDifferences } from '../../src/operations/read-differences.js';
import { openSink } from '../../src/sink/open-sink.js';
import type { Sink } from '../../src/sink/sink.js';
import { openSource } from '../../src/source/open-source.js';
import { LOCAL_AWS, shareProcess } from '../support/cli.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { scanAll } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { openShop, type Shop } from './fixture.js';

shareProcess();
const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');
const signal = new AbortController().signal;

describe('diff', () => {
  let shop: Shop;
  const call = (operation: string, body: object) =>
    callDynamoDb(dynamoUrl, operation, { TableName: shop.table, ...body });
  const keyOf = ({ pk, sk }: WireItem) => ({ pk, sk });
  const itemsOf = async (source: string) =>
    (await scanAll(dynamoUrl, shop.table)).filter((item) => item['_src']?.['S'] === source);
  const set = (item: WireItem, name: string, value: object) =>
    call('UpdateItem', {
      Key: keyOf(item),
      UpdateExpression: 'SET #a = :v',
      ExpressionAttributeNames: { '#a': name },
      ExpressionAttributeValues: { ':v': value },
    });
  const run = async (...args: string[]) => {
    const ran = await shop.run(['diff', '--json', ...args]);
    return { exit: ran.exit, report: JSON.parse(ran.stdout) as DiffReport };
  };

  beforeAll(async () => {
    shop = await openShop(postgresUrl, dynamoUrl, { rows: 300 });
    await shop.run(['table create']);
    await shop.run(['migrate']);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  it('finds nothing behind a migration, and writes nothing', async () => {
    const before = await scanAll(dynamoUrl, shop.table);
    const { exit, report } = await run();
    expect(exit).toBe(0);
    expect(report.totals).toMatchObject({ expected: 650, same: 650, missing: 0, different: 0, orphans: 0 });
    expect(report).toMatchObject({ foreign: 0, items: 650, samples: [], consistent: true });
    expect(await scanAll(dynamoUrl, shop.table)).toEqual(before);
  });

  it('leaves out what changed while it ran', async () => {
    const mapping = withTable(await loadMapping(shop.mapping), shop.table);
    await using source = await openSource(shop.database.url, { signal });
    const table = resolveTable(mapping.mapping.table);
    const { AWS_REGION: region } = LOCAL_AWS;
    await using sink = await openSink('dynamodb', { table, endpointUrl: dynamoUrl, region });
    let changed: Promise<void> | null = null;
    const change = async () => {
      await shop.database.query("UPDATE orders SET status = 'PAID' WHERE id = 7");
      for (const item of await itemsOf('orders#7')) await set(item, 'status', { S: 'PAID' });
      await shop.database.query('DELETE FROM orders WHERE id = 8');
      for (const item of await itemsOf('orders#8')) await call('DeleteItem', { Key: keyOf(item) });
    };
    /** The application goes on between the reading of the rows and that of the table. */
    const busy: Sink = {
      ...sink,
      async openReader() {
        const reader = await sink.openReader();
        if (reader === null) return null;
        return {
          ...reader,
          async scan(position, stop) {
            changed ??= change();
            await changed;
            return reader.scan(position, stop);
          },
        };
      },
      openWriter: async () => {
        throw new Error('a command that only reads has asked for a writer');
      },
    };
    const report = await diff({ mapping, source, sink: busy, signal });
    expect(report.totals).toMatchObject({ missing: 0, different: 0, orphans: 0, changed: 4 });
  });

  it('finds exactly what was planted, and leaves the application alone', async () => {
    const planted: string[] = [];
    const note = (kind: string, item: WireItem) => planted.push(`${kind} ${JSON.stringify(keyOf(item))}`);
    for (const id of [10, 20, 30]) {
      const [item] = await itemsOf(`orders#${id}`);
      await call('DeleteItem', { Key: keyOf(item!) });
      note('missing', item!);
    }
    for (const [id, value] of [
      [40, { S: 'LOST' }],
      [41, { N: '1' }],
    ] as const) {
      const [item] = await itemsOf(`orders#${id}`);
      await set(item!, 'status', value);
      note('different', item!);
    }
    for (const item of await itemsOf('orders#42')) {
      await set(item, 'total', { N: '-1' });
      note('different', item);
    }
    // The same value in another spelling is none, nor is an attribute of the application.
    const [spelled] = await itemsOf('orders#50');
    await set(spelled!, 'total', { N: '5.0E-1' });
    await set(spelled!, 'seenBy', { SS: ['x'] });
    await shop.database.query('DELETE FROM orders WHERE id = 60');
    for (const item of await itemsOf('orders#60')) note('orphan', item);
    const [copied] = await itemsOf('orders#70');
    const odd = { ...copied, sk: { S: 'ORDER#odd' }, _src: { S: 'orders#no number' } } as WireItem;
    await call('PutItem', { Item: odd });
    note('orphan', odd);
    await call('PutItem', { Item: { pk: { S: 'SESSION#1' }, sk: { S: 'A' }, _type: { S: 'Order' } } });
    await shop.database.query('UPDATE orders SET rep = NULL WHERE id = 80'); // a reject: its old item is no orphan

    const file = join(shop.folder, 'differences.ndjson');
    const { exit, report } = await run('--out', file, '--samples', '1');
    expect(exit).toBe(6);
    await using read = await readDifferences(file);
    const differences: Difference[] = [];
    for await (const difference of read.differences()) differences.push(difference);
    expect(read.header).toMatchObject({ entities: null, source: report.source, table: report.table });
    expect(read.end).toMatchObject({ totals: report.totals, items: report.items, foreign: 1 });
    const seen = differences.filter(({ kind, source }) => kind !== 'different' || source !== 'orders#80');
    expect(seen.map(({ kind, key }) => `${kind} ${JSON.stringify(key)}`).sort()).toEqual(planted.sort());
    expect(differences.find(({ source }) => source === 'orders#41')?.attributes).toEqual([
      { name: 'status', expected: { S: 'NEW' }, found: { N: '1' } },
    ]);
    // One copy of orders 40 and 41 alone was changed, both of 42; order 80 has one copy left.
    expect(differences.filter(({ stale }) => stale).map(({ source }) => source)).toEqual(
      expect.arrayContaining(['orders#40', 'orders#41']),
    );
    expect(report.totals.stale).toBe(2);
    for (const { key, kind, fingerprint } of differences) {
      const item = (await scanAll(dynamoUrl, shop.table)).find(
        (one) => canonicalKey(one, ['pk', 'sk']) === canonicalKey(key, ['pk', 'sk']),
      );
      expect(fingerprint).toBe(kind === 'missing' ? null : itemFingerprint(item!));
    }
    expect(report).toMatchObject({ foreign: 1, extraAttributes: { seenBy: 1 }, totals: { rejects: 1 } });
    expect(report.samples.map(({ kind }) => kind).sort()).toEqual(['different', 'missing', 'orphan']);
    for (const { copies } of report.entities) {
      for (const { expected, same, missing, different, expired, changed } of copies) {
        expect(same + missing + different + expired + changed).toBe(expected);
      }
    }

    const shown = await shop.run(['diff']);
    expect(shown.stdout).toContain('status: expected NEW, found LOST');
    expect(shown.stdout).toContain("1 items are not tablefold's: left alone.");
    const refused = await shop.run(['diff', '--out', file]);
    expect([refused.exit, refused.stdout]).toEqual([2, '']);
  });

  it('compares a sample, the same one under the same seed, and says what it means for all', async () => {
    const all = await run('--sample', '1000');
    expect(all.exit).toBe(6);
    const { missing, different, expected } = all.report.totals;
    // Of orphans, of the application's own item and of their attributes nothing is known.
    expect(all.report).toMatchObject({ totals: { missing: 3, different: 5, orphans: 0 }, foreign: 0 });
    expect(all.report.sample).toMatchObject({ size: expected, of: expected, differing: { low: 8, high: 8 } });

    const part = await run('--sample', '100', '--seed', '7');
    const { sample, totals, items, readUnits } = part.report;
    expect(sample).toMatchObject({ seed: 7, size: 100, of: expected });
    expect([totals.expected, items + totals.missing]).toEqual([100, 100]);
    expect(readUnits).toBe(100); // small items: one unit each, and one for each that is not there
    expect(sample!.differing.low).toBeLessThanOrEqual(missing + different);
    expect(sample!.differing.high).toBeGreaterThanOrEqual(missing + different);
    expect(sample!.chances[0]).toEqual({ differing: 1, missed: expect.closeTo(1 - 100 / expected, 9) });
    const { durationMs: _, snapshots: __, ...again } = (await run('--sample', '100', '--seed', '7')).report;
    expect(part.report).toMatchObject(again);
    const found = await Promise.all(
      [1, 2, 3].map(async (seed) => (await run('--sample', '300', '--seed', `${seed}`)).report.totals),
    );
    expect(found.some((one) => one.missing + one.different > 0)).toBe(true);

    const shown = await shop.run(['diff', '--sample', '100']);
    expect(shown.stdout).toMatch(
      /A sample: 100 items of \d+, seed 1\. Orphans and what else .* not looked at/,
    );
    const refused = await shop.run(['diff', '--seed', '1']);
    expect([refused.exit, refused.stdout]).toEqual([2, '']);
  });

  it('repairs what is missing or different, and nothing that the application wrote', async () => {
    const [spelled] = await itemsOf('orders#50');
    const [other] = await itemsOf('orders#40');
    await set(other!, 'seenBy', { SS: ['y'] });
    const repaired = await run('--repair');
    expect(repaired.exit).toBe(6); // orphans and a reject are still there
    expect(repaired.report).toMatchObject({
      totals: { missing: 3, different: 5, stale: 2, orphans: 3 },
      repair: { created: 3, updated: 5, changed: 0, refused: [] },
    });
    const after = await run();
    expect(after.report).toMatchObject({ totals: { missing: 0, different: 0, orphans: 3 }, repair: null });
    expect((await itemsOf('orders#50'))[0]).toEqual(spelled); // equal before: not touched
    expect((await itemsOf('orders#40'))[0]).toMatchObject({ status: { S: 'NEW' }, seenBy: { SS: ['y'] } });
    const shown = await shop.run(['diff', '--repair']);
    expect(shown.stdout).toContain('Repaired: 0 put, 0 changed, 0 write units.');
  });

  it('leaves an item as it is that the application changed after the second look', async () => {
    const mapping = withTable(await loadMapping(shop.mapping), shop.table);
    await using source = await openSource(shop.database.url, { signal });
    const table = resolveTable(mapping.mapping.table);
    const { AWS_REGION: region } = LOCAL_AWS;
    await using sink = await openSink('dynamodb', { table, endpointUrl: dynamoUrl, region });
    const [lost, wrong] = [(await itemsOf('orders#91'))[0]!, (await itemsOf('orders#92'))[0]!];
    await call('DeleteItem', { Key: keyOf(lost) });
    await set(wrong, 'status', { S: 'LOST' });
    const busy: Sink = {
      ...sink,
      async openRepairer() {
        const repairer = await sink.openRepairer();
        if (repairer === null) return null;
        return {
          ...repairer,
          async create(item, stop) {
            await call('PutItem', { Item: { ...lost, status: { S: 'SHIPPED' } } });
            return repairer.create(item, stop);
          },
          async update(key, changes, stop) {
            await set(wrong, 'status', { S: 'SHIPPED' });
            return repairer.update(key, changes, stop);
          },
        };
      },
    };
    const report = await diff({ mapping, source, sink: busy, repair: {}, signal });
    expect(report.repair).toMatchObject({ created: 0, updated: 0, changed: 2 });
    for (const id of [91, 92]) {
      expect((await itemsOf(`orders#${id}`))[0]).toMatchObject({ status: { S: 'SHIPPED' } });
    }
    await diff({ mapping, source, sink, repair: {}, signal });
  });

  it('compares only the entities that are asked for', async () => {
    const { exit, report } = await run('-e', 'Customer');
    expect(exit).toBe(0);
    expect(report).toMatchObject({ totals: { expected: 50, same: 50 }, foreign: 1 });
    expect(report.otherEntities).toBeGreaterThan(500);
  });
});

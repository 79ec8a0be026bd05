import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import { canonicalItem } from '../../src/item/canonical.js';
import { loadMapping, withTable } from '../../src/mapping/load-mapping.js';
import { resolveTable } from '../../src/mapping/resolve/resolve-table.js';
import type { Difference, DiffReport } from '../../src/operations/diff-report.js';
import { prune as runPrune } from '../../src/operations/prune/prune.js';
import type { PruneReport, UndoReport } from '../../src/operations/prune/prune-report.js';
import { readDifferences } from '../../src/operations/read-differences.js';
import type { ItemRepairer, RepairOutcome } from '../../src/sink/item-repairer.js';
import { openSink } from '../../src/sink/open-sink.js';
import { openSource } from '../../src/source/open-source.js';
import { LOCAL_AWS, shareProcess } from '../support/cli.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { scanAll } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { MAPPING, openShop, type Shop } from './fixture.js';

shareProcess();
const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');
const signal = new AbortController().signal;

describe('prune', () => {
  let shop: Shop;
  let differences: string;
  let before: readonly WireItem[];
  let orphans: readonly WireItem[];
  let files = 0;
  const call = (operation: string, body: object) =>
    callDynamoDb(dynamoUrl, operation, { TableName: shop.table, ...body });
  const items = async () => (await scanAll(dynamoUrl, shop.table)) as readonly WireItem[];
  const texts = (of: readonly WireItem[]) => of.map(canonicalItem).sort();
  const fresh = () => {
    files += 1;
    return join(shop.folder, `${files}.ndjson`);
  };
  const diff = async (...args: string[]) => {
    const out = fresh();
    const ran = await shop.run(['diff', '--json', '--out', out, ...args]);
    return { out, report: JSON.parse(ran.stdout) as DiffReport };
  };
  const prune = async (...args: string[]) => {
    const ran = await shop.run(['prune', '--json', ...args]);
    return { ...ran, report: JSON.parse(ran.stdout) as PruneReport & { error: { code: string } } };
  };
  const undo = async (...args: string[]) => {
    const ran = await shop.run(['prune', '--json', '--undo', ...args]);
    return { ...ran, report: JSON.parse(ran.stdout) as UndoReport };
  };

  beforeAll(async () => {
    shop = await openShop(postgresUrl, dynamoUrl, { rows: 300 });
    await shop.run(['table create']);
    await shop.run(['migrate']);
    // The application's own item, and its own attribute on an orphan: that one goes whole.
    await call('PutItem', { Item: { pk: { S: 'SESSION#1' }, sk: { S: 'A' }, _type: { S: 'Order' } } });
    await shop.database.query('DELETE FROM orders WHERE id IN (10, 20, 30)');
    const [one] = (await items()).filter((item) => item['_src']?.['S'] === 'orders#10');
    await call('PutItem', { Item: { ...one, seenBy: { SS: ['x', 'y'] } } });
    before = await items();
    orphans = before.filter((item) => /^orders#[123]0$/.test(String(item['_src']?.['S'])));
    differences = (await diff()).out;
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  it('shows what would be deleted, and deletes nothing without --confirm', async () => {
    const { exit, report } = await prune('--differences', differences);
    expect(exit).toBe(0);
    expect(report).toMatchObject({ mode: 'dry', orphans: 6, deletable: 6, deleted: 0, undo: null });
    expect(report.pointInTimeRecovery).toBe('unknown'); // DynamoDB Local has no backups
    const shown = await shop.run(['prune', '--differences', differences]);
    expect(shown.stdout).toContain('6 would be deleted:\n  CUSTOMER#');
    expect(shown.stdout).toContain(`Next: the same command with --confirm ${shop.table}`);
    expect(texts(await items())).toEqual(texts(before));
  });

  it('refuses more orphans than the fuse, a table without recovery, and another name', async () => {
    const refused = async (code: string, exit: number, ...args: string[]) => {
      const ran = await prune('--differences', differences, ...args);
      expect([ran.exit, ran.report.error.code]).toEqual([exit, code]);
    };
    await refused('RUN_UNPROTECTED', 3, '--confirm', shop.table);
    await refused('RUN_FUSE', 6, '--confirm', shop.table, '--without-pitr', '--max-deletes', '5');
    await refused('RUN_FUSE', 6, '--confirm', shop.table, '--without-pitr', '--max-deletes', '0.5%');
    await refused('USAGE_VALUE', 2, '--confirm', 'another', '--without-pitr');
    await refused('USAGE_ARGUMENTS', 2, '--undo', differences);
    expect(texts(await items())).toEqual(texts(before));
  });

  it('refuses a diff of another mapping, table or entity, one that is old, and one that is not whole', async () => {
    const text = await readFile(differences, 'utf8');
    const refused = async (message: string, ...args: string[]) => {
      const ran = await prune('--confirm', shop.table, '--without-pitr', ...args);
      expect([ran.exit, ran.report.error.code]).toEqual([3, 'RUN_DIFFERENCES']);
      expect(ran.stdout).toContain(message);
    };
    const changed = async (from: RegExp, to: string) => {
      const file = fresh();
      await writeFile(file, text.replace(from, to));
      return ['--differences', file];
    };
    const mapping = fresh().replace('.ndjson', '.yaml');
    await writeFile(mapping, MAPPING.replace('byRep:', 'ofRep:'));
    await refused('the mapping was another', '--differences', differences, '-m', mapping);
    await refused('the table was', ...(await changed(/"table":"/, '"table":"dynamodb://elsewhere/')));
    await refused('the source was', ...(await changed(/"source":"/, '"source":"postgres://elsewhere/')));
    const old = new Date(Date.now() - 25 * 3_600_000).toISOString();
    await refused('it began 25 hours ago', ...(await changed(/"startedAt":"[^"]+"/, `"startedAt":"${old}"`)));
    await refused('it has no end', ...(await changed(/\{"kind":"end".*\n/, '')));
    await refused('it was of a sample of 10 items', '--differences', (await diff('--sample', '10')).out);
    await refused('it was of Order alone', '--differences', (await diff('-e', 'Order')).out);
    expect(texts(await items())).toEqual(texts(before));
  });

  it('leaves what is not any more what the diff saw, and what has a row again', async () => {
    const { out } = await diff();
    const [changed] = orphans.filter((item) => item['_src']?.['S'] === 'orders#20');
    await call('PutItem', { Item: { ...changed, note: { S: 'still wanted' } } });
    await shop.database.query(
      "INSERT INTO orders VALUES (30, 31, 'NEW', 0.3, 'rep0', timestamptz '2024-01-01 00:00:00+00' + 30 * interval '1 minute')",
    );
    const { exit, report } = await prune('--differences', out, '--confirm', shop.table, '--without-pitr');
    expect(exit).toBe(6);
    expect(report).toMatchObject({ orphans: 6, deletable: 3, changed: 3, deleted: 3, held: 0, refused: [] });
    const left = (await items()).filter((item) => /^orders#[123]0$/.test(String(item['_src']?.['S'])));
    expect(left.map((item) => item['_src']?.['S']).sort()).toEqual(['orders#20', 'orders#30', 'orders#30']);

    const back = await undo(report.undo ?? '', '--confirm', shop.table);
    expect(back).toMatchObject({ exit: 0, report: { mode: 'undone', items: 3, restored: 3, taken: 0 } });
    await call('PutItem', { Item: changed });
    await shop.database.query('DELETE FROM orders WHERE id = 30');
    expect(texts(await items())).toEqual(texts(before));
  });

  it('deletes every orphan and nothing else, and puts each back whole where its key is free', async () => {
    const out = fresh();
    const flags = ['--differences', differences, '--confirm', shop.table, '--without-pitr'];
    const { exit, report } = await prune(...flags, '--out', out, '--max-write-units', '50');
    expect(exit).toBe(0);
    expect(report).toMatchObject({ mode: 'pruned', deletable: 6, deleted: 6, changed: 0, undo: out });
    expect(report.writeUnits).toBe(6);
    const gone = new Set(texts(orphans));
    expect(texts(await items())).toEqual(texts(before).filter((text) => !gone.has(text)));
    expect((await diff()).report.totals).toMatchObject({ orphans: 0, missing: 0, different: 0 });
    const again = await prune(...flags, '--out', fresh());
    expect(again).toMatchObject({ exit: 0, report: { orphans: 6, gone: 6, changed: 0, deleted: 0 } });
    const taken = await prune(...flags, '--out', out);
    expect([taken.exit, taken.report.error.code]).toEqual([2, 'USAGE_VALUE']);

    const dry = await undo(out);
    expect(dry).toMatchObject({ exit: 0, report: { mode: 'dry', items: 6, restored: 0 } });
    const [first] = orphans;
    const other = { ...first, status: { S: 'ANOTHER' } } as WireItem;
    await call('PutItem', { Item: other });
    const back = await undo(out, '--confirm', shop.table);
    expect(back).toMatchObject({ exit: 6, report: { mode: 'undone', items: 6, restored: 5, taken: 1 } });
    const expected = before.map((item) => (item === first ? other : item));
    expect(texts(await items())).toEqual(texts(expected));
  });

  it('loses nothing when it is killed between the undo file and the deletes', async () => {
    const { out } = await diff();
    const [one] = await readOrphans(out);
    let removed = 0;
    const dies: Change = async (repairer, item, stop) => {
      removed += 1;
      if (removed > 3) throw new Error('killed');
      return repairer.remove(item, stop);
    };
    const undoFile = fresh();
    await expect(pruneWith(out, undoFile, dies)).rejects.toThrow('killed');
    await appendFile(undoFile, `{"Item":{"pk":{"S":"${'x'.repeat(20)}`); // and its last line is cut
    const left = texts(await items());
    expect(left).toHaveLength(before.length - 3);
    const back = await undo(undoFile, '--confirm', shop.table);
    expect(back).toMatchObject({ exit: 0, report: { items: 6, restored: 6, taken: 0 } });
    expect((await readOrphans(out))[0]).toEqual(one);
    await pruneWith(out, fresh(), (repairer, item, stop) => repairer.remove(item, stop));
    expect((await diff()).report.totals.orphans).toBe(0);
    await undo(undoFile, '--confirm', shop.table);
  });

  it('puts an item back that was given an attribute in the moment of its delete', async () => {
    const { out } = await diff();
    const busy: Change = async (repairer, item, stop) => {
      const { pk, sk } = item;
      await call('UpdateItem', {
        Key: { pk, sk },
        UpdateExpression: 'SET late = :v',
        ExpressionAttributeValues: { ':v': { S: 'still wanted' } },
      });
      return repairer.remove(item, stop);
    };
    const undoFile = fresh();
    const report = await pruneWith(out, undoFile, busy);
    expect(report).toMatchObject({ deletable: 6, deleted: 0, held: 6 });
    const late = (await items()).filter((item) => item['late'] !== undefined);
    expect(late).toHaveLength(6);
    const nothing = await undo(undoFile, '--confirm', shop.table);
    expect(nothing).toMatchObject({ exit: 0, report: { items: 0, restored: 0 } });
  });

  type Change = (repairer: ItemRepairer, item: WireItem, stop: AbortSignal) => Promise<RepairOutcome>;

  /** Prunes in this process, each delete by `remove`. */
  async function pruneWith(file: string, undoFile: string, remove: Change): Promise<PruneReport> {
    const mapping = withTable(await loadMapping(shop.mapping), shop.table);
    await using source = await openSource(shop.database.url, { signal });
    const table = resolveTable(mapping.mapping.table);
    await using sink = await openSink('dynamodb', {
      ...{ table, endpointUrl: dynamoUrl, region: LOCAL_AWS.AWS_REGION },
    });
    return await runPrune({
      ...{ mapping, source, differences: file, undo: undoFile, withoutRecovery: true, signal },
      sink: {
        ...sink,
        async openRepairer() {
          const repairer = await sink.openRepairer();
          if (repairer === null) return null;
          return { ...repairer, remove: (item, stop) => remove(repairer, item, stop) };
        },
      },
      pointInTimeRecovery: async () => 'off',
    });
  }

  async function readOrphans(file: string): Promise<readonly Difference[]> {
    await using read = await readDifferences(file);
    const found: Difference[] = [];
    for await (const difference of read.differences()) found.push(difference);
    return found;
  }
});

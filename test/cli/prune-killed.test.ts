import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import { canonicalItem } from '../../src/item/canonical.js';
import { killAtLines } from '../support/cli.js';
import { scanAll } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { openShop, type Shop } from './fixture.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

let shop: Shop;
let differences: string;
let before: readonly string[];
const items = async () =>
  ((await scanAll(dynamoUrl, shop.table)) as readonly WireItem[]).map(canonicalItem).sort();

beforeAll(async () => {
  shop = await openShop(postgresUrl, dynamoUrl, { rows: 300 });
  await shop.run(['table create']);
  await shop.run(['migrate']);
  await shop.database.query('DELETE FROM orders WHERE id % 3 > 0');
  before = await items();
  differences = join(shop.folder, 'differences.ndjson');
  await shop.run(['diff', '--out', differences]);
});
afterAll(() => shop[Symbol.asyncDispose]());

it('a prune that is killed -9, again and again, is gone on with, and undone without a loss', async () => {
  const flags = ['--differences', differences, '--confirm', shop.table, '--without-pitr', '--json'];
  const prune = async (undo: string, ...more: string[]) => {
    const ran = await shop.run(['prune', ...flags, '--max-deletes', '100%', '--out', undo, ...more]);
    return { exit: ran.exit, report: JSON.parse(ran.stdout), undo };
  };
  // A few deletes of a batch, then the kill: about as many of it are in the undo file and in the table still.
  const files: string[] = [];
  for (const lines of [30, 90, 60]) {
    const undo = join(shop.folder, `killed-at-${lines}.ndjson`);
    const slow = ['prune', ...flags, '--max-deletes', '100%', '--out', undo, '--max-write-units', '50'];
    const killed = await shop.run(slow, killAtLines(undo, lines));
    expect([killed.exit, killed.stdout]).toEqual([null, '']);
    files.push(undo);
  }
  await delay(500); // a request that was on its way may land after the kill

  const left = new Set(await items());
  const written = (await Promise.all(files.map(itemsOf))).flat();
  const saved = new Set(written.map(canonicalItem));
  const gone = before.filter((item) => !left.has(item));
  expect(gone.length).toBeGreaterThan(50);
  expect(gone.filter((item) => !saved.has(item))).toEqual([]);
  // In the middle: of what was written down, some were not deleted.
  expect([...saved].filter((item) => left.has(item)).length).toBeGreaterThan(0);

  const whole = await prune(join(shop.folder, 'whole.ndjson'));
  expect(whole).toMatchObject({
    exit: 0,
    report: { orphans: 400, gone: gone.length, deleted: 400 - gone.length, changed: 0, held: 0, refused: [] },
  });
  expect(await items()).toHaveLength(before.length - 400);

  for (const file of [...files, whole.undo]) {
    const written = (await itemsOf(file)).length;
    const ran = await shop.run(['prune', '--undo', file, '--confirm', shop.table, '--json']);
    expect([ran.exit, JSON.parse(ran.stdout)]).toMatchObject([
      0,
      { items: written, restored: written, taken: 0, refused: [] },
    ]);
  }
  expect(await items()).toEqual(before);
});

async function itemsOf(undo: string): Promise<readonly WireItem[]> {
  const lines = (await readFile(undo, 'utf8')).split('\n').slice(0, -1); // a last one may be cut
  return lines.map((line) => JSON.parse(line)).flatMap(({ Item }) => (Item === undefined ? [] : [Item]));
}

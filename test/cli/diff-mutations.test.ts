import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import { canonicalKey } from '../../src/item/canonical.js';
import type { DiffReport } from '../../src/operations/diff-report.js';
import { readDifferences } from '../../src/operations/read-differences.js';
import { randomFrom } from '../../src/support/random.js';
import { postgresScripts } from '../support/data-sets.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { scanAll } from '../support/dynamodb-table.js';
import { MUTATIONS, OF_APPLICATION, type Planted, plantMutations } from '../support/mutations.js';
import { createDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { MAPPING, ORDERS, type Shop, shopOf } from './fixture.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

const scenario = (name: string) => new URL(`../scenarios/${name}/mapping.yaml`, import.meta.url);

interface Case {
  readonly name: string;
  readonly scripts: () => readonly (string | URL)[];
  readonly mapping: () => Promise<string>;
  /** Attributes that no key is made of, and what changes them in a row more with each number, which it tells by its lineage. */
  readonly changing: readonly string[];
  readonly change: (turn: number) => { readonly row: string; readonly sql: string };
}

/** Whole data sets, but for rows of the tables that have most: DynamoDB Local would take minutes for them. */
const CASES: readonly Case[] = [
  {
    name: 'a shop',
    scripts: () => [ORDERS(3_000)],
    mapping: async () => MAPPING,
    changing: ['status'],
    change: (turn) => ({
      row: `orders#${turn * 7}`,
      sql: `UPDATE orders SET status = status || ' meanwhile' WHERE id = ${turn * 7}`,
    }),
  },
  {
    name: 'chinook',
    scripts: () => [...postgresScripts('chinook'), 'DELETE FROM playlist_track WHERE track_id > 300'],
    mapping: () => readFile(scenario('chinook'), 'utf8'),
    changing: ['address'],
    change: (turn) => ({
      row: `customer#${turn}`,
      sql: `UPDATE customer SET address = address || ' meanwhile' WHERE customer_id = ${turn}`,
    }),
  },
  {
    name: 'sakila',
    scripts: () => [
      ...postgresScripts('sakila'),
      'DELETE FROM payment; DELETE FROM rental WHERE rental_id > 300; DELETE FROM inventory WHERE inventory_id NOT IN (SELECT inventory_id FROM rental)',
    ],
    mapping: () => readFile(scenario('sakila'), 'utf8'),
    changing: ['description', 'lastUpdate'],
    change: (turn) => ({
      row: `film#${turn}`,
      sql: `UPDATE film SET description = description || ' meanwhile' WHERE film_id = ${turn}`,
    }),
  },
];

describe.each(CASES)(
  'a thousand mutations of the table of $name',
  ({ scripts, mapping, changing, change }) => {
    const all = scripts();
    let shop: Shop;
    let planted: Planted;
    const scan = () => scanAll(dynamoUrl, shop.table);
    const run = async (...args: string[]) => {
      const ran = await shop.run([...args, '--json']);
      return { exit: ran.exit, report: JSON.parse(ran.stdout), stderr: ran.stderr };
    };
    /** Every difference of a diff by its key: the kind, and what differs besides what the rows are changed in. */
    const differences = async (file: string, changed: ReadonlySet<string> = new Set()) => {
      await using read = await readDifferences(file);
      const found = new Map<string, string>();
      for await (const { kind, key, source, attributes } of read.differences()) {
        const id = canonicalKey(key, ['pk', 'sk']);
        const spared = changed.has(source) || planted.expected.has(id) ? changing : [];
        const names = attributes.map(({ name }) => name).filter((name) => !spared.includes(name));
        if (kind === 'different' && names.length === 0) continue;
        found.set(id, [kind, ...names].join(' '));
      }
      return found;
    };

    beforeAll(async () => {
      shop = await shopOf(await createDatabase(postgresUrl, ...all), dynamoUrl, await mapping());
      expect((await run('table create')).exit).toBe(0);
      expect((await run('migrate')).report.totals.rejects).toBe(0);
      planted = plantMutations(await scan(), { count: 1_000, random: randomFrom(2_026), spared: changing });
      await writeAll(shop.table, planted);
    });
    afterAll(() => shop?.[Symbol.asyncDispose]());

    it('are of every kind', () => {
      for (const kind of MUTATIONS) expect(planted.counts[kind]).toBeGreaterThan(20);
    });

    it('are found, each and no other, while rows change', async () => {
      const file = join(shop.folder, 'changing.ndjson');
      const done = new AbortController();
      const changed = new Set<string>();
      const busy = (async () => {
        for (let turn = 1; !done.signal.aborted; turn += 1) {
          const { row, sql } = change(turn);
          changed.add(row);
          await shop.database.query(sql);
          await delay(50);
        }
      })();
      const { exit, report } = await run('diff', '--out', file, '--samples', '0');
      done.abort();
      await busy;
      expect(exit).toBe(6);
      expect(sorted(await differences(file, changed))).toEqual(sorted(planted.expected));
      expect((report as DiffReport).foreign).toBe(planted.counts.foreign);
      expect((report as DiffReport).extraAttributes).toEqual({ [OF_APPLICATION]: planted.counts.extended });
    });

    it('are mended by diff --repair and prune: then there is no difference, and nothing to write', async () => {
      const repaired = await run('diff', '--repair');
      expect(repaired.report.repair).toMatchObject({ changed: 0, refused: [] });
      const file = join(shop.folder, 'orphans.ndjson');
      expect((await run('diff', '--out', file, '--samples', '0')).exit).toBe(6);
      const orphans = new Map([...planted.expected].filter(([, what]) => what === 'orphan'));
      expect(sorted(await differences(file))).toEqual(sorted(orphans));
      const fuse = ['--confirm', shop.table, '--without-pitr', '--max-deletes', '100%'];
      const pruned = await run('prune', '--differences', file, ...fuse);
      expect([pruned.exit, pruned.report.deleted]).toEqual([0, orphans.size]);
      const after = await run('diff');
      expect(after.exit).toBe(0);
      expect(after.report.totals).toMatchObject({ missing: 0, different: 0, orphans: 0, rejects: 0 });
      const again = await run('migrate', '--existing', 'only-changed', '--restart');
      expect(again.report).toMatchObject({
        totals: { written: 0 },
        onlyChanged: { unchanged: after.report.totals.same },
      });
      const items = await scan();
      const count = (is: (item: WireItem) => boolean) => items.filter(is).length;
      expect(count((item) => item[OF_APPLICATION] !== undefined)).toBe(planted.counts.extended);
      expect(count((item) => item['_src'] === undefined)).toBe(planted.counts.foreign);
    });
  },
);

/** In the order of their keys. */
function sorted(found: ReadonlyMap<string, string>): readonly string[] {
  return [...found].map(([key, what]) => `${key} ${what}`).sort();
}

async function writeAll(table: string, { puts, deletes }: Planted): Promise<void> {
  const requests = [
    ...puts.map((Item) => ({ PutRequest: { Item } })),
    ...deletes.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })),
  ];
  for (let at = 0; at < requests.length; at += 25) {
    const page = { RequestItems: { [table]: requests.slice(at, at + 25) } };
    const { UnprocessedItems: left } = await callDynamoDb<{ UnprocessedItems: object }>(
      dynamoUrl,
      'BatchWriteItem',
      page,
    );
    expect(left).toEqual({});
  }
}

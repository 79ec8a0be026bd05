import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import { canonicalKey } from '../../src/item/canonical.js';
import type { DiffReport } from '../../src/operations/diff-report.js';
import { readDifferences } from '../../src/operations/read-differences.js';
import { randomFrom } from '../../src/support/random.js';
import { shareProcess } from '../support/cli.js';
import { postgresScripts } from '../support/data-sets.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { scanAll } from '../support/dynamodb-table.js';
import {
  MUTATIONS,
  MUTATIONS_OF_FEW,
  type Mutation,
  OF_APPLICATION,
  type Planted,
  plantMutations,
} from '../support/mutations.js';
import { createDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { MAPPING, ORDERS, type Shop, shopOf } from './fixture.js';

shareProcess();
const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

const scenario = (name: string) => new URL(`../scenarios/${name}/mapping.yaml`, import.meta.url);

interface Case {
  readonly name: string;
  readonly scripts: () => readonly (string | URL)[];
  readonly mapping: () => Promise<string>;
  readonly kinds: readonly Mutation[];
  /** Of attributes that are changed. */
  readonly types: readonly string[];
  /** Attributes that no key is made of, and what changes them in a row more with each number, which it tells by its lineage. */
  readonly changing: readonly string[];
  readonly change: (turn: number) => { readonly row: string; readonly sql: string };
  /** Milliseconds for each step. */
  readonly timeout?: number;
}

/** A value of every type, sets of each, and what is compressed; every row as two copies. */
const THINGS = `
  CREATE TABLE things (
    id int PRIMARY KEY, label text NOT NULL, remark text, amount numeric(10,2) NOT NULL, ready boolean NOT NULL,
    picture bytea NOT NULL, facts jsonb NOT NULL, note text NOT NULL
  );
  CREATE TABLE marks (
    thing_id int NOT NULL REFERENCES things, n int NOT NULL, tag text NOT NULL, size numeric(6,1) NOT NULL,
    print bytea NOT NULL, PRIMARY KEY (thing_id, n)
  );
  INSERT INTO things SELECT n, 'Thing ' || n, CASE WHEN n % 2 = 0 THEN 'Remark ' || n END, n / 4.0, n % 3 = 0,
    decode(lpad(to_hex(n), 8, '0'), 'hex'), jsonb_build_object('n', n, 'of', jsonb_build_array(n, 'x')),
    CASE WHEN n % 20 = 0 THEN repeat('long note ' || n, 40000) ELSE 'note ' || n END
    FROM generate_series(1, 800) n;
  INSERT INTO marks SELECT t, n, 'tag' || n || t % 7, n + t / 10.0, decode(lpad(to_hex(n * t), 8, '0'), 'hex')
    FROM generate_series(1, 800) t, generate_series(1, 3) n;
  ANALYZE;`;

const THINGS_MAPPING = `version: 1
table: { name: things, partitionKey: pk, sortKey: sk }
defaults: { oversize: gzip, nulls: 'null' }
entities:
  Thing:
    from: things
    embed:
      history: { from: marks, orderBy: n, as: { listOf: tag } }
      tags: { from: marks, as: { setOf: tag } }
      sizes: { from: marks, as: { setOf: size } }
      prints: { from: marks, as: { setOf: print } }
    items:
      main: { key: { pk: 'THING#{id}', sk: THING } }
      byAmount: { key: { pk: 'AMOUNT#{amount}', sk: 'THING#{id}' } }
`;

/** Whole data sets, but for rows of the tables that have most: DynamoDB Local would take minutes for them. */
const CASES: readonly Case[] = [
  {
    name: 'values of every type',
    scripts: () => [THINGS],
    mapping: async () => THINGS_MAPPING,
    kinds: [...MUTATIONS, ...MUTATIONS_OF_FEW],
    types: ['S', 'N', 'B', 'BOOL', 'NULL', 'L', 'M', 'SS', 'NS', 'BS'],
    changing: ['label'],
    change: (turn) => ({
      row: `things#${turn * 3}`,
      sql: `UPDATE things SET label = label || ' meanwhile' WHERE id = ${turn * 3}`,
    }),
  },
  {
    name: 'chinook',
    scripts: () => [
      ...postgresScripts('chinook'),
      'DELETE FROM playlist_track WHERE track_id > 300; DELETE FROM invoice_line WHERE track_id > 2000; DELETE FROM track WHERE track_id > 2000',
    ],
    mapping: () => readFile(scenario('chinook'), 'utf8'),
    kinds: MUTATIONS,
    types: ['S', 'N'],
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
      'DELETE FROM payment; DELETE FROM film_actor WHERE film_id > 200; DELETE FROM rental WHERE rental_id > 300; DELETE FROM inventory WHERE inventory_id NOT IN (SELECT inventory_id FROM rental)',
    ],
    mapping: () => readFile(scenario('sakila'), 'utf8'),
    kinds: MUTATIONS,
    types: ['S', 'N'],
    changing: ['description', 'lastUpdate'],
    change: (turn) => ({
      row: `film#${turn}`,
      sql: `UPDATE film SET description = description || ' meanwhile' WHERE film_id = ${turn}`,
    }),
  },
];

/** A shop of so many rows instead, which takes many minutes: see docs/verify.md. */
const ROWS = Number(process.env['TABLEFOLD_MUTATED_ROWS'] ?? 0);
const LARGE: Case = {
  name: `a shop of ${ROWS} rows`,
  scripts: () => [ORDERS(ROWS)],
  mapping: async () => MAPPING,
  kinds: MUTATIONS,
  types: ['S', 'N'],
  changing: ['status'],
  change: (turn) => ({
    row: `orders#${turn * 7}`,
    sql: `UPDATE orders SET status = status || ' meanwhile' WHERE id = ${turn * 7}`,
  }),
  timeout: 3_600_000,
};

describe.each(ROWS > 0 ? [LARGE] : CASES)(
  'a thousand mutations of the table of $name',
  ({ scripts, mapping, kinds, types, changing, change, timeout = 120_000 }) => {
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
      for await (const { kind, key, source, attributes, stale } of read.differences()) {
        const id = canonicalKey(key, ['pk', 'sk']);
        const spared = changed.has(source) || planted.expected.has(id) ? changing : [];
        const names = attributes.map(({ name }) => name).filter((name) => !spared.includes(name));
        if (kind === 'different' && names.length === 0) continue;
        found.set(id, [kind, ...(stale ? ['stale'] : []), ...names].join(' '));
      }
      return found;
    };

    beforeAll(async () => {
      shop = await shopOf(await createDatabase(postgresUrl, ...all), dynamoUrl, await mapping());
      expect((await run('table create')).exit).toBe(0);
      expect((await run('migrate')).report.totals.rejects).toBe(0);
      const random = randomFrom(2_026);
      planted = plantMutations(await scan(), { count: 1_000, kinds, random, spared: changing });
      await writeAll(shop.table, planted);
    }, timeout);
    afterAll(() => shop?.[Symbol.asyncDispose]());

    it('are of every kind and type, and some are stale copies', () => {
      for (const kind of kinds) expect(planted.counts[kind], kind).toBeGreaterThan(20);
      expect([...planted.types]).toEqual(expect.arrayContaining([...types]));
      const stale = [...planted.expected.values()].filter((what) => what.startsWith('different stale'));
      expect(stale.length).toBeGreaterThan(20);
    });

    it('are found, each and no other, while rows change', { timeout }, async () => {
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

    it('are mended by diff --repair and prune: then there is no difference, and nothing to write', {
      timeout,
    }, async () => {
      const file = join(shop.folder, 'repaired.ndjson');
      const repaired = await run('diff', '--repair', '--out', file, '--samples', '0');
      expect(repaired.report.repair).toMatchObject({ changed: 0, refused: [] });
      const orphans = [...planted.expected].filter(([, what]) => what === 'orphan');
      expect(repaired.report.totals.orphans).toBe(orphans.length);
      const fuse = ['--confirm', shop.table, '--without-pitr', '--max-deletes', '100%'];
      const pruned = await run('prune', '--differences', file, ...fuse);
      expect([pruned.exit, pruned.report.deleted]).toEqual([0, orphans.length]);
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

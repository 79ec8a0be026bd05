import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Collision } from '../../../src/collisions/collision.js';
import { CollisionSet } from '../../../src/collisions/collision-set.js';
import { findCollisions, type PassCounts } from '../../../src/collisions/find-collisions.js';
import { digestOf } from '../../../src/compare/digest.js';
import type { Item } from '../../../src/item/item.js';
import { unprovedCopies } from '../../../src/mapping/check-mapping.js';
import { compileMapping } from '../../../src/mapping/compile-mapping.js';
import { keysOnly } from '../../../src/mapping/keys-only.js';
import { lineageText } from '../../../src/mapping/lineage.js';
import { nothingMapped } from '../../../src/mapping/mapper.js';
import type { CopyMapping, Mapping } from '../../../src/mapping/mapping.js';
import { resolveMapping } from '../../../src/mapping/resolve-mapping.js';
import { memorySource } from '../../../src/source/memory/source.js';
import type { Row, Snapshot } from '../../../src/source/source.js';
import type { Column, ColumnType, SourceSchema, TableSchema } from '../../../src/source/source-schema.js';
import { RUNS } from '../mapping/key-values.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tablefold-collisions-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const TYPES = {
  id: { kind: 'integer', bits: 64, unsigned: false },
  name: { kind: 'text', maxLength: null, padded: false },
  at: { kind: 'timestamp', zone: true },
  rank: { kind: 'integer', bits: 32, unsigned: false },
} as const satisfies { readonly [column: string]: ColumnType };
const COLUMNS = Object.entries(TYPES).map(
  ([name, type]): Column => ({ name, nativeType: 'x', type, nullable: name === 'rank', generated: false }),
);

function tableOf(name: string): TableSchema {
  return {
    schema: 'main',
    name,
    kind: 'table',
    columns: COLUMNS,
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys: [],
    indexes: [['id']],
    estimatedRows: null,
  };
}
const SCHEMA: SourceSchema = {
  dialect: 'memory',
  defaultSchema: 'main',
  tables: [tableOf('one'), tableOf('two')],
};

// Few values, many of which are alike once they are in a key: collisions are planted everywhere.
const values = fc.tuple(
  fc.constantFrom('a', 'A', ' a', 'b#', 'é', 'ID', '7', '1'),
  fc.constantFrom('2024-01-31 09:30:00+00', '2024-01-31 23:00:00+00', '2024-02-01 00:00:00+00', 'infinity'),
  fc.constantFrom('1', '2', '-1', null),
);
const rows = fc
  .array(values, { maxLength: 60 })
  .map((all) => all.map((cells, at): Row => [String(at + 1), ...cells]));
const part = fc.constantFrom(
  '{id}',
  '{name}',
  '{name | lower}',
  '{name | trim}',
  '{name | upper | hash}',
  '{at | month}',
  '{at | day}',
  '{at}',
  '{rank}',
  '{rank | desc}',
  '{id | shard(3)}',
  'X',
  'ID',
);
const template = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('#'));
const copy: fc.Arbitrary<CopyMapping> = fc.record(
  {
    key: fc.record({ pk: template, sk: template }),
    when: fc.constant({ column: 'name', in: ['a', 'A', '7'] }),
    whenNull: fc.constant('skip' as const),
    collisions: fc.constantFrom('reject' as const, { lastBy: 'at' }, { lastBy: 'rank' }, { lastBy: 'name' }),
  },
  { requiredKeys: ['key'] },
);
const entity = (from: string) =>
  fc.array(copy, { minLength: 1, maxLength: 3 }).map((copies) => ({
    from,
    items: Object.fromEntries(copies.map((each, at) => [`c${at}`, each])),
  }));
const given = fc.record({
  entities: fc.record({ One: entity('one'), Two: entity('two'), Again: entity('one') }),
  one: rows,
  two: rows,
  rowsPerChunk: fc.integer({ min: 1, max: 20 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
});

const NOTHING = { partition: '', indexed: [], json: '', bytes: 0 } as const;

interface Made {
  readonly entity: string;
  readonly copy: string;
  readonly source: string;
}

test.each([
  ['all in memory', 1 << 20, digestOf],
  ['spilled to disk', 1, digestOf],
  // So few digests that nearly all keys share theirs with others.
  ['spilled, with a digest of two bits', 1, (key: string) => String.fromCharCode(key.length & 3).repeat(16)],
])(
  '%s: exactly the keys that several rows make are found',
  async (_, memoryBytes, digest) => {
    let collisions = 0;
    let spilled = 0;
    await fc.assert(
      fc.asyncProperty(given, async ({ entities, one, two, rowsPerChunk, concurrency }) => {
        const mapping: Mapping = {
          version: 1,
          table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk' },
          entities,
        };
        const { resolved } = resolveMapping(mapping, SCHEMA);
        if (resolved === null) return;
        const tables = { one, two };
        const made = new Map<string, Made[]>();
        const items: Item[] = [];
        for (const { query, map } of compileMapping(resolved).entities) {
          for (const row of query.table.name === 'one' ? one : two) {
            const cells = query.columns.map(
              ({ column }) => row[COLUMNS.findIndex((of) => of.name === column.name)],
            );
            const into = nothingMapped();
            map({ row: cells as Row, children: [], overflow: false }, into);
            // A row whose item is rejected for what else it holds has made its key all the same.
            for (const { entity, copy, origin, key } of [...into.items, ...into.rejects]) {
              if (key === null) continue;
              items.push({ ...NOTHING, entity, copy, origin, key });
              const all = made.get(key) ?? [];
              all.push({ entity, copy, source: lineageText(origin) });
              made.set(key, all);
            }
          }
        }
        const expected = [...made].filter(([, all]) => all.length > 1);

        const unproved = unprovedCopies(resolved, SCHEMA);
        const wanted = (name: string, of: string) =>
          unproved.some((each) => [each, each.other].some((it) => it?.entity === name && it.copy === of));
        const keys = keysOnly(resolved, wanted);
        await using source = memorySource({ schema: SCHEMA, tables });
        const { signal } = new AbortController();
        await using snapshot = await source.openSnapshot({ concurrency, signal });
        const counts: PassCounts = { rows: 0, keys: 0, spilledBytes: 0 };
        const found: Collision[] = [];
        const pass = {
          snapshot,
          keys,
          rowsPerChunk,
          concurrency,
          folder,
          memoryBytes,
          digestOf: digest,
          signal,
        };
        for await (const collision of findCollisions(pass, counts)) found.push(collision);

        expect(found.map(({ key }) => key).sort()).toEqual(expected.map(([key]) => key).sort());
        expect(new Set(found.map(({ key, items: count }) => `${key} ${count}`))).toEqual(
          new Set(expected.map(([key, all]) => `${key} ${all.length}`)),
        );
        for (const { key, sources } of found) {
          const all = made.get(key) ?? [];
          expect(sources.length).toBe(Math.min(5, all.length));
          for (const each of sources) expect(all).toContainEqual(each);
        }

        // Who is written does not hang on the order in which rows arrive.
        await using forwards = await source.openSnapshot({ concurrency: 1, signal });
        const backwards: Snapshot = {
          ...forwards,
          async *readChunk(...asked) {
            for await (const page of forwards.readChunk(...asked)) {
              yield { ...page, rows: [...page.rows].reverse() };
            }
          },
        };
        const other = {
          ...pass,
          snapshot: backwards,
          keys: keys.toReversed(),
          rowsPerChunk: 100,
          concurrency: 1,
        };
        const again: Collision[] = [];
        for await (const collision of findCollisions(other, { ...counts })) again.push(collision);
        const winners = (all: readonly Collision[]) => new Map(all.map(({ key, winner }) => [key, winner]));
        expect(winners(again)).toEqual(winners(found));

        // What is written has each key once.
        const set = new CollisionSet(
          keys.flatMap(({ mapper }) => mapper.copies.map((of) => `${mapper.entity}.${of}`)),
          digest,
        );
        for (const collision of found) set.add(collision);
        const kept = items.filter((item) => ['alone', 'kept'].includes(set.verdict(item)));
        expect(new Set(kept.map(({ key }) => key)).size).toBe(kept.length);
        const lost = new Set(found.filter(({ winner }) => winner === null).map(({ key }) => key));
        expect(new Set(kept.map(({ key }) => key))).toEqual(
          new Set([...made.keys()].filter((key) => !lost.has(key))),
        );
        collisions += found.length;
        spilled += counts.spilledBytes;
      }),
      { numRuns: Math.max(100, RUNS / 10) },
    );
    expect(collisions).toBeGreaterThan(20);
    expect(spilled > 0).toBe(memoryBytes === 1);
    expect(readdirSync(folder)).toEqual([]);
  },
  120_000,
);

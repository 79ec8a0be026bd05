/**
 * What comparing keys costs: `npm run bench -- keys [rows]`, by default ten million rows made up on the fly, of which
 * every thousandth shares its key with another. One core; making up the rows is in the figures.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCollisions, type PassCounts } from '../../src/collisions/find-collisions.js';
import { keysOnly } from '../../src/mapping/keys-only.js';
import type { Mapping } from '../../src/mapping/mapping.js';
import { resolveMapping } from '../../src/mapping/resolve-mapping.js';
import type { Chunk, Snapshot } from '../../src/source/source.js';
import type { SourceSchema } from '../../src/source/source-schema.js';

const ROWS = Number(process.argv[2] ?? 10_000_000);
const PAGE = 5000;
const CHUNK = 10_000;
const EVERY = 1000;

const column = { nullable: false, generated: false };
const SCHEMA: SourceSchema = {
  dialect: 'memory',
  defaultSchema: 'main',
  tables: [
    {
      schema: 'main',
      name: 'users',
      kind: 'table',
      columns: [
        { ...column, name: 'id', nativeType: 'bigint', type: { kind: 'integer', bits: 64, unsigned: false } },
        {
          ...column,
          name: 'email',
          nativeType: 'text',
          type: { kind: 'text', maxLength: null, padded: false },
        },
      ],
      primaryKey: ['id'],
      uniqueKeys: [],
      foreignKeys: [],
      indexes: [['id']],
      estimatedRows: ROWS,
    },
  ],
};
const MAPPING: Mapping = {
  version: 1,
  table: { name: 'users', partitionKey: 'pk', sortKey: 'sk' },
  entities: {
    User: { from: 'users', items: { byEmail: { key: { pk: 'EMAIL#{email | lower}', sk: 'USER' } } } },
  },
};

const snapshot: Snapshot = {
  consistent: true,
  position: null,
  readers: 1,
  async *planChunks() {
    for (let at = 0; at < ROWS; at += CHUNK)
      yield { entity: 'User', id: `User/${at}`, range: { at } } as Chunk;
  },
  async *readChunk(_, { range }) {
    const from = Number(range['at']);
    for (let at = from; at < Math.min(from + CHUNK, ROWS); at += PAGE) {
      const rows = Array.from({ length: Math.min(PAGE, ROWS - at) }, (_row, next) => {
        const id = at + next;
        const address = id % EVERY === 0 && id > 0 ? id - 1 : id;
        return { row: [String(id), `Somebody.${address}@example.com`], children: [], overflow: false };
      });
      yield { rows, bytes: PAGE * 40 };
    }
  },
  countRows: async () => ROWS,
  greatest: async () => null,
  measure: () => Promise.reject(new Error('these rows are not measured')),
  select: () => Promise.reject(new Error('these rows are not asked')),
  async [Symbol.asyncDispose]() {},
};

const { resolved } = resolveMapping(MAPPING, SCHEMA);
if (resolved === null) throw new Error('the mapping has a mistake');
const folder = mkdtempSync(join(tmpdir(), 'tablefold-bench-'));
const counts: PassCounts = { rows: 0, keys: 0, spilledBytes: 0 };
let peak = 0;
let seen = 0;
const onRows = (rows: number) => {
  seen += rows;
  if (seen % 500_000 === 0) peak = Math.max(peak, process.memoryUsage.rss());
};
const started = performance.now();
let collisions = 0;
for await (const _ of findCollisions(
  {
    snapshot,
    keys: keysOnly(resolved, () => true),
    rowsPerChunk: CHUNK,
    concurrency: 1,
    folder,
    onRows,
    signal: new AbortController().signal,
  },
  counts,
)) {
  collisions += 1;
}
peak = Math.max(peak, process.memoryUsage.rss());
rmSync(folder, { recursive: true });
const seconds = (performance.now() - started) / 1000;
const expected = Math.floor((ROWS - 1) / EVERY);
if (collisions !== expected) throw new Error(`${collisions} collisions found, ${expected} planted`);
const cpu = process.cpuUsage();
const micros = (cpu.user + cpu.system) / ROWS;
const mb = (bytes: number) => Math.round(bytes / 1024 / 1024);
console.log(
  `${ROWS} keys, ${collisions} shared by two rows, all found: ${seconds.toFixed(1)} s, ` +
    `${Math.round(ROWS / seconds)} keys/s, ${micros.toFixed(1)} µs of CPU a key, at most ${mb(peak)} MB resident, ${mb(counts.spilledBytes)} MB on disk`,
);

import { beforeEach, expect, test } from 'vitest';
import type { WireItem } from '../../../../src/item/attribute-value.js';
import { Parents } from '../../../../src/source/dynamodb/parents.js';
import { planChunks } from '../../../../src/source/dynamodb/plan-chunks.js';
import { tableSource } from '../../../../src/source/dynamodb/source.js';
import { wholeItems } from '../../../../src/source/dynamodb/whole-items.js';
import type { ItemDecoder, ItemScanner, TableSourceOptions } from '../../../../src/source/item-decoder.js';
import type { EntityQuery } from '../../../../src/source/row-query.js';
import type { Chunk, ChunkPlan } from '../../../../src/source/source.js';

const signal = new AbortController().signal;
const query = { entity: 'Order', identity: [{ name: 'id', nativeType: 'int' }] } as unknown as EntityQuery;
/** 40 items in four pages of the segment that is asked for; every second one is a row, with one of two parents. */
const items: readonly WireItem[] = Array.from({ length: 40 }, (_, n) => ({ id: { N: String(n) } }));
const numberOf = (item: WireItem) => Number(item['id']?.['N']);
const asked: string[] = [];
const paced: number[][] = [];
let scanned = 0;
const scanner: ItemScanner = {
  async scan({ segment, segments, after }) {
    scanned += 1;
    const own = items.filter((item) => numberOf(item) % segments === segment);
    const start = after === null ? 0 : own.indexOf(after) + 1;
    const page = own.slice(start, start + 10);
    const last = page.at(-1) ?? null;
    return { items: page, next: last === own.at(-1) ? null : last, consumedUnits: page.length };
  },
  async get(keys) {
    asked.push(...keys);
    return new Map(keys.filter((key) => key !== 'gone').map((key) => [key, { id: { S: key } }]));
  },
};
const decoder: ItemDecoder = {
  partsOf: () => [],
  schema: { dialect: 'memory', defaultSchema: 'public', tables: [] },
  answer: ({ entity }) =>
    entity !== 'Order'
      ? 'nothing is held of it'
      : {
          claims: () => true,
          keyOf: ([id]) => (id === '7' ? null : `row ${id}`),
          rowOf(item) {
            const { N, S } = item['id'] ?? {};
            if (typeof N === 'string' && Number(N) % 2 === 1) return null;
            const parent = Number(N) % 4 === 0 ? 'a' : 'gone';
            return {
              identity: [String(N ?? S)],
              parents: [parent],
              finish: (found) => ({
                row: [String(N ?? S), String(found.get(parent)?.['id']?.['S'] ?? null)],
                children: [],
                overflow: false,
              }),
            };
          },
        },
};
const options: TableSourceOptions = {
  scanner,
  decoder,
  label: 'dynamodb://here/shop',
  itemCount: 40,
  consistent: false,
  pace: {
    take: async (units) => void paced.push([units]),
    settle: (expected, consumed) => void paced.at(-1)?.push(expected, consumed),
  },
};
const source = tableSource(options);

async function read(plan: Omit<ChunkPlan, 'after'>): Promise<string[][]> {
  await using snapshot = await source.openSnapshot({ concurrency: 1, signal });
  const rows: string[][] = [];
  for await (const chunk of snapshot.planChunks(query, plan)) {
    for await (const page of snapshot.readChunk(query, chunk, { pageBytes: 1000, signal })) {
      for (const { row } of page.rows) rows.push(row.map(String));
    }
  }
  return rows;
}

beforeEach(() => {
  asked.length = 0;
  paced.length = 0;
  scanned = 0;
});

test('every row is in one chunk, and its parents are asked for once', async () => {
  const rows = await read({ rowsPerChunk: 5 });
  expect(rows.map(([id]) => Number(id)).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, n) => 2 * n),
  );
  for (const [id, parent] of rows) expect(parent).toBe(Number(id) % 4 === 0 ? 'a' : 'null');
  expect(asked.sort()).toEqual(['a', 'gone']);
});

test('every request is paced: a page is expected to take what the one before it took, a lookup a unit for each key', async () => {
  await using snapshot = await tableSource(options).openSnapshot({ concurrency: 1, signal });
  const chunk: Chunk = {
    entity: 'Order',
    id: 'Order/0',
    range: { kind: 'segment', segment: 0, segments: 1 },
  };
  for await (const _ of snapshot.readChunk(query, chunk, { pageBytes: 1000, signal }));
  expect(paced).toEqual([
    [1, 1, 10],
    [2, 2, 2],
    [10, 10, 10],
    [10, 10, 10],
    [10, 10, 10],
  ]);
});

test('a limit ends the scan, and keys are read without one', async () => {
  expect((await read({ rowsPerChunk: 5, limit: 7 })).map(([id]) => id)).toEqual([
    '0',
    '2',
    '4',
    '6',
    '8',
    '10',
    '12',
  ]);
  expect(scanned).toBe(2);
  expect((await read({ rowsPerChunk: 1, keys: [['2'], ['4']] })).map(([id]) => id)).toEqual([
    'row 2',
    'row 4',
  ]);
  expect(scanned).toBe(2);
  await expect(read({ rowsPerChunk: 1, keys: [['7']] })).rejects.toMatchObject({ code: 'SOURCE_KEY' });
});

test('rows are counted; what the items do not tell is refused by name', async () => {
  await using snapshot = await source.openSnapshot({ concurrency: 1, signal });
  expect(await snapshot.countRows(query, signal)).toBe(20);
  expect(snapshot.consistent).toBe(false);
  const other = { ...query, entity: 'Customer' };
  expect(await source.probe(other, signal)).toBe('nothing is held of it');
  await expect(snapshot.countRows(other, signal)).rejects.toThrow(/Customer cannot be read.*nothing is held/);
});

test('segments are those of the first chunk, whatever size is asked for later', () => {
  const all = [...planChunks(query, { rowsPerChunk: 10 }, 1_000)];
  expect(all).toHaveLength(100);
  const after = JSON.parse(JSON.stringify(all[41])) as Chunk;
  expect([...planChunks(query, { rowsPerChunk: 500, after }, 5)]).toEqual(all.slice(42));
  expect([...planChunks(query, { rowsPerChunk: 10 }, 0)]).toHaveLength(8);
  expect([...planChunks(query, { rowsPerChunk: 1 }, 5_000_000)]).toHaveLength(1_000_000);
  const keys = [['1'], ['2'], ['3']];
  const [first, second] = [...planChunks(query, { rowsPerChunk: 2, keys }, 0)];
  expect([...planChunks(query, { rowsPerChunk: 2, keys, after: first! }, 0)]).toEqual([second]);
});

test('parents are kept up to a bound of bytes', async () => {
  const big: ItemScanner = {
    ...scanner,
    get: async (keys) => {
      asked.push(...keys);
      return new Map(keys.map((key) => [key, { big: { S: 'x'.repeat(6 * 1024 * 1024) } }]));
    },
  };
  const parents = new Parents(big, decoder);
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await parents.get([key, key], signal);
  expect(asked).toEqual(['a', 'b', 'c', 'b']);
});

test('a table of items is no SQL source: a statement is refused by name', async () => {
  const snapshot = await tableSource({
    decoder,
    scanner,
    label: 'dynamodb:shop',
    itemCount: 40,
  } as never).openSnapshot({
    concurrency: 1,
    signal,
  });
  await expect(
    snapshot.select({ sql: 'select 1', parameters: new Map(), most: 1 }, signal),
  ).rejects.toMatchObject({
    code: 'SOURCE_QUERY',
    message: expect.stringContaining('a statement of SQL'),
  });
});

test('an item that is split is put together, and one that lacks a part is named', async () => {
  const head = { id: { S: 'head' }, _parts: { N: '2' } };
  const partsOf = (item: WireItem) => (item['_parts'] === undefined ? [] : ['one', 'two']);
  const parts: { readonly [key: string]: WireItem } = {
    one: { text: { S: 'a' }, _part: { N: '1' } },
    two: { text: { S: 'b' }, _part: { N: '2' } },
  };
  const holding = (...there: readonly string[]): ItemScanner => ({
    ...scanner,
    get: async (keys) =>
      new Map(keys.filter((key) => there.includes(key)).map((key) => [key, parts[key] ?? {}])),
  });
  const whole = { id: { S: 'whole' } };
  expect(await wholeItems([whole, head], { partsOf }, holding('one', 'two'), signal)).toEqual([
    whole,
    { id: { S: 'head' }, text: { S: 'ab' } },
  ]);
  await expect(wholeItems([head], { partsOf }, holding('one'), signal)).rejects.toMatchObject({
    code: 'SOURCE_ITEM',
    message: expect.stringContaining('part 2 of 2 is missing'),
  });
});

import { expect, test } from 'vitest';
import type { TakeRow } from '../../../../src/source/encoded-rows.js';
import { readChunk } from '../../../../src/source/mysql/read-chunk.js';
import type { Session } from '../../../../src/source/mysql/session.js';
import type { Statement } from '../../../../src/source/mysql/sql.js';
import type { EntityQuery } from '../../../../src/source/row-query.js';
import type { Chunk, Row } from '../../../../src/source/source.js';
import type { Column } from '../../../../src/source/source-schema.js';

const id: Column = {
  name: 'id',
  nativeType: 'int',
  type: { kind: 'integer', bits: 32, unsigned: false },
  nullable: false,
  generated: false,
};
const table = { schema: 'shop', name: 'carts' };
const nothing = { joins: [], columns: [], aggregates: [], where: null };
const lines: EntityQuery['embeds'][number] = {
  ...nothing,
  name: 'lines',
  table: { schema: 'shop', name: 'lines' },
  on: [{ local: 'id', remote: 'cart_id' }],
  through: null,
  orderBy: [],
  tieBreak: [],
  limit: null,
  key: [],
  embeds: [],
};
const query: EntityQuery = { ...nothing, entity: 'Cart', table, identity: [id], embeds: [lines] };
const chunk: Chunk = {
  entity: 'Cart',
  id: 'Cart/0',
  range: { kind: 'span', after: null, upTo: null, taken: null },
};

/** A server with so many carts, each of 20 lines; notes how many carts each page asks for. */
function served(carts: number, asked: number[]): Session {
  let first = 0;
  let page = 0;
  return {
    async read(_: Statement, take: (row: Row) => void) {
      for (let cart = first; cart < first + page; cart += 1) {
        for (let line = 0; line < 20; line += 1) take([String(cart), String(line)]);
      }
    },
    async take(text: string, take: TakeRow) {
      const limit = Number(/LIMIT (\d+)$/.exec(text)?.[1]);
      asked.push(limit);
      first += page;
      page = Math.min(limit, carts - first);
      for (let cart = first; cart < first + page; cart += 1) {
        const id = String(cart);
        take(Buffer.from([id.length, ...Buffer.from(id)]), 0, 1 + id.length);
      }
    },
  } as unknown as Session;
}

test('a page asks for as many roots as make up 2,000 rows with their children', async () => {
  const asked: number[] = [];
  const { signal } = new AbortController();
  let roots = 0;
  const pages = readChunk(served(400, asked), query, chunk, { pageBytes: 1_048_576, signal });
  for await (const { rows } of pages) roots += rows.length;
  expect(roots).toBe(400);
  expect(asked.slice(1)).toEqual(asked.slice(1).map(() => 96)); // 2,000 / 21
  expect(asked.length).toBe(5);
});

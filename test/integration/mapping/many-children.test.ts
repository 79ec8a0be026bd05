import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WireItem } from '../../../src/item/attribute-value.js';
import { LIMITS } from '../../../src/item/limits.js';
import { isPart, partCount, restoreItem } from '../../../src/item/oversize.js';
import { numbers } from '../../support/mariadb-database.js';
import { type Database, engines, mapAll } from './map-all.js';

const CHILDREN = 200_000;
const MB = 1024 * 1024;
/** 200 MB of bodies below shop 1, one below shop 2. */
const TABLES = `
  CREATE TABLE shops (id int PRIMARY KEY, name varchar(50) NOT NULL);
  CREATE TABLE visits (id int PRIMARY KEY, shop_id int NOT NULL, body varchar(1000) NOT NULL,
    FOREIGN KEY (shop_id) REFERENCES shops (id));
  INSERT INTO shops VALUES (1, 'big'), (2, 'next');
  INSERT INTO visits SELECT seq, CASE WHEN seq > ${CHILDREN} THEN 2 ELSE 1 END, repeat('x', 1000) FROM NUMBERS;`;

const mapping = (oversize: string, embed: string) => `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
defaults: { oversize: ${oversize} }
entities:
  Shop:
    from: shops
    embed: { visits: { from: visits, ${embed} } }
    items:
      main: { key: { pk: 'SHOP#{id}', sk: SHOP } }
      bare: { key: { pk: 'SHOP#{id}', sk: BARE }, attributes: [name] }
`;
const IDS = 'as: { listOf: id }';
const WHOLE = 'attributes: [id, body]';

describe.each(engines)('a parent with 200,000 children on %s', (engine, create) => {
  let database: Database;
  beforeAll(async () => {
    const rows = CHILDREN + 1;
    const series = engine === 'Postgres' ? `generate_series(1, ${rows}) AS seq` : `${numbers(rows)} AS n`;
    database = await create(TABLES.replace('NUMBERS', series));
  });
  afterAll(() => database?.drop());

  const mapped = async (oversize: string, embed: string) => {
    const { items, rejects } = await mapAll(database.url, mapping(oversize, embed), 10);
    return {
      items: items.map(({ copy, origin, bytes, json }) => ({
        ...{ copy, shop: origin.key[0], bytes },
        item: JSON.parse(json) as WireItem,
      })),
      rejects: rejects.map(({ copy, origin, code }) => [copy, origin.key, code]),
    };
  };

  test('is a reject with its key: its other copy and its neighbour are made', async () => {
    const { items, rejects } = await mapped('reject', IDS);
    expect(rejects).toEqual([['main', ['1'], 'ITEM_TOO_LARGE']]);
    expect(items.map(({ copy, shop }) => [copy, shop])).toEqual([
      ['bare', '1'],
      ['main', '2'],
      ['bare', '2'],
    ]);
  });

  test('is split where the mapping says so: its parts fit, and hold every child once', async () => {
    const { items, rejects } = await mapped('split', IDS);
    expect(rejects).toEqual([]);
    const big = items.filter(({ copy, shop }) => copy === 'main' && shop === '1');
    for (const { bytes } of big) expect(bytes).toBeLessThanOrEqual(LIMITS.itemBytes);
    const [head, ...parts] = big.map(({ item }) => item);
    expect(partCount(head!)).toBe(parts.length);
    expect(parts.every(isPart)).toBe(true);
    expect(restoreItem(head!, parts)['visits']).toEqual({
      L: Array.from({ length: CHILDREN }, (_, n) => ({ N: String(n + 1) })),
    });
  });

  /** The policy does not matter: what no part could hold is not kept either. */
  test.each(['reject', 'split'])('of 1 KB each is a reject in bounded memory (%s)', async (oversize) => {
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - before);
    }, 20);
    const { items, rejects } = await mapped(oversize, WHOLE).finally(() => clearInterval(watch));
    expect(rejects).toEqual([['main', ['1'], 'ITEM_TOO_LARGE']]);
    expect(items.map(({ copy, shop }) => [copy, shop])).toEqual([
      ['bare', '1'],
      ['main', '2'],
      ['bare', '2'],
    ]);
    expect(most).toBeLessThan(100 * MB);
  });
});

import { describe, expect, it } from 'vitest';
import type { Mapping } from '../../../src/mapping/mapping.js';
import { plan } from '../../../src/operations/plan.js';
import type { Sample } from '../../../src/operations/sample-chunks.js';
import { memorySource } from '../../../src/source/memory/source.js';
import type { Row } from '../../../src/source/source.js';
import type { Column, ColumnType, SourceSchema } from '../../../src/source/source-schema.js';

const column = (name: string, type: ColumnType, nullable = false): Column => ({
  name,
  nativeType: 'x',
  type,
  nullable,
  generated: false,
});
const BIGINT: ColumnType = { kind: 'integer', bits: 64, unsigned: false };
const TEXT: ColumnType = { kind: 'text', maxLength: null, padded: false };

const SCHEMA: SourceSchema = {
  dialect: 'memory',
  defaultSchema: 'main',
  tables: [
    {
      schema: 'main',
      name: 'orders',
      kind: 'table',
      columns: [
        column('id', BIGINT),
        column('customer', BIGINT),
        column('rep', TEXT, true),
        column('note', TEXT),
      ],
      primaryKey: ['id'],
      uniqueKeys: [],
      foreignKeys: [],
      indexes: [['id']],
      estimatedRows: 100,
    },
  ],
};

const MAPPING: Mapping = {
  version: 1,
  table: {
    name: 'shop',
    partitionKey: 'pk',
    sortKey: 'sk',
    indexes: { gsi1: { partitionKey: 'gsi1pk', sortKey: 'gsi1sk', projection: 'keysOnly' } },
  },
  entities: {
    Order: {
      from: 'orders',
      items: {
        main: {
          key: { pk: 'CUSTOMER#{customer}', sk: 'ORDER#{id}' },
          indexes: { gsi1: { pk: 'REP#{rep}', sk: 'ORDER#{id}' } },
        },
      },
    },
  },
};

/** Orders 1 … count: every second is of customer 0, every fourth without a rep, the 7th of fifty long. */
function orders(count: number): Row[] {
  return Array.from({ length: count }, (_, at) => [
    String(at + 1),
    String(at % 2 === 0 ? 0 : at),
    at % 4 === 3 ? null : 'ann',
    at % 50 === 6 ? 'x'.repeat(5_000) : 'short',
  ]);
}

function planned(count: number, sample?: Sample) {
  return plan({
    sample,
    mapping: { mapping: MAPPING, file: 'shop.yaml', digest: 'd', place: () => null },
    source: memorySource({ schema: SCHEMA, tables: { orders: orders(count) } }),
    chunkSize: 7,
    signal: new AbortController().signal,
  });
}

describe('plan', () => {
  it('says which items are the biggest, and of which rows', async () => {
    const { biggest, entities } = await planned(40);
    expect(biggest).toHaveLength(10);
    expect(biggest[0]).toMatchObject({
      entity: 'Order',
      copy: 'main',
      key: { pk: { S: expect.stringMatching(/^CUSTOMER#0*$/) } },
      source: 'orders#7',
    });
    const max = entities[0]?.copies[0]?.bytes?.max;
    expect(biggest[0]?.bytes).toBe(max);
    expect(biggest.map(({ bytes }) => bytes)).toEqual(
      biggest.map(({ bytes }) => bytes).sort((a, b) => b - a),
    );
  });

  it('says how partitions of the table and of an index are filled, and which are hot', async () => {
    const { partitions, totals } = await planned(40);
    expect(partitions.map(({ index, items, partitions }) => [index, items, partitions])).toEqual([
      [null, 40, 21],
      ['gsi1', 30, 1],
    ]);
    const [table, index] = partitions;
    expect(table?.each?.items).toEqual({ median: 1, p99: 20, max: 20 });
    expect(table?.hottest[0]).toMatchObject({ items: 20, writeUnits: 25, share: 25 / 45 });
    expect(index?.hottest).toMatchObject([{ partition: 'REP#ann', items: 30, writeUnits: 30, share: 1 }]);
    expect(totals.writeUnits).toBe(75);
  });

  it('counts 100 bytes on top of each item and each place in an index as stored', async () => {
    const { entities, partitions, totals } = await planned(40);
    const [copy] = entities[0]?.copies ?? [];
    expect(copy?.indexItems).toEqual({ gsi1: 30 });
    expect(copy?.storageBytes.table).toBe((copy?.totalBytes ?? 0) + 40 * 100);
    expect(copy?.storageBytes.indexes).toEqual({ gsi1: (partitions[1]?.bytes ?? 0) + 30 * 100 });
    expect(totals.storageBytes).toBe(totals.bytes + (partitions[1]?.bytes ?? 0) + 70 * 100);
  });

  it('of a sample reads a part of the rows, and holds all of them in its intervals', async () => {
    const all = await planned(4_000);
    const { sample, totals, measures } = await planned(4_000, { percent: 10, seed: 3 });
    const [order] = sample?.entities ?? [];
    expect(order).toMatchObject({ entity: 'Order' });
    expect(order?.chunksRead).toBeLessThan((order?.chunks ?? 0) / 5);
    expect(totals.rows).toBeLessThan(1_000);
    for (const key of ['rows', 'items', 'bytes', 'writeUnits', 'storageBytes', 'importBytes'] as const) {
      const { value, low, high } = sample?.totals[key] ?? { value: 0, low: 0, high: 0 };
      expect(all.totals[key], key).toBeGreaterThanOrEqual(low);
      expect(all.totals[key], key).toBeLessThanOrEqual(high);
      expect(Math.abs(value / all.totals[key] - 1), key).toBeLessThan(0.2);
    }
    expect(measures).toBeNull();
    expect(all.sample).toBeNull();
  });
});

import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { partSortKey } from '../../../src/item/oversize.js';
import { splitItem } from '../../../src/item/split-item.js';
import { zipItem } from '../../../src/item/zip-item.js';
import { resolveTable } from '../../../src/mapping/resolve/resolve-table.js';
import { restoreItems } from '../../../src/operations/restore-items.js';
import { memorySink } from '../../../src/sink/memory/memory-sink.js';

const { signal } = new AbortController();
const TABLE = resolveTable({ name: 'shop', partitionKey: 'pk', sortKey: 'sk' });
const KEEP = new Set(['pk', 'sk']);
const keys = (sk: string) => ({ pk: { S: 'P' }, sk: { S: sk } });
const LARGE = { ...keys('A'), text: { S: randomBytes(500_000).toString('hex') }, n: { N: '1' } };

async function table(leaveOut: number | null) {
  const sink = memorySink({ table: TABLE, limits: { batchItems: 100, batchBytes: 1e9 } });
  const made = splitItem(LARGE, KEEP, 200);
  if (made === null) throw new Error('it cannot be split');
  const parts = made.parts.map((part, at) => ({ ...keys(partSortKey('A', at + 1)), ...part }));
  const writer = await sink.openWriter('overwrite');
  const items = parts.filter((_, at) => at !== leaveOut);
  await writer.write(
    items.map((item) => ({
      ...{ entity: 'E', copy: 'c', partition: 'P', indexed: [], bytes: 1, origin: { table: 't', key: [] } },
      ...{ key: JSON.stringify({ pk: item.pk, sk: item.sk }), json: JSON.stringify(item) },
    })),
    signal,
  );
  const reader = await sink.openReader();
  if (reader === null) throw new Error('a memory sink reads back');
  return { head: made.head, reader };
}

it('joins the parts behind a head, and unpacks what was compressed', async () => {
  const { head, reader } = await table(null);
  const small = { ...keys('B'), text: { S: 'x'.repeat(10_000) } };
  const zipped = zipItem(small, KEEP);
  if (zipped === null) throw new Error('it cannot be compressed');
  const { restored } = await restoreItems([head, zipped, small], TABLE, reader, { consistent: true, signal });
  expect(restored).toEqual([LARGE, small, small].map((item) => ({ item, trouble: null })));
});

it('shows a head whose part is missing as it is, and says so', async () => {
  const { head, reader } = await table(0);
  const { restored } = await restoreItems([head], TABLE, reader, { consistent: true, signal });
  expect(restored).toEqual([{ item: head, trouble: expect.stringContaining('part 1 of') }]);
});

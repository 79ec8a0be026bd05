import { expect, it } from 'vitest';
import { canonicalItem } from '../../../src/item/canonical.js';
import { resolveOrThrow } from '../../../src/mapping/check-mapping.js';
import { itemDecoder } from '../../../src/mapping/from-items/item-decoder.js';
import { resolveTable } from '../../../src/mapping/resolve/resolve-table.js';
import { backfill } from '../../../src/operations/backfill/backfill.js';
import { migrate } from '../../../src/operations/migrate.js';
import { type MemorySink, memorySink } from '../../../src/sink/memory/memory-sink.js';
import { tableSource } from '../../../src/source/dynamodb/source.js';
import { memorySource } from '../../../src/source/memory/source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { changed, loadText, SHOP } from '../mapping/shop.js';

/** Without `where`, which a source in memory does not understand. */
const OLD = changed([`    where: "status <> 'DRAFT'"\n`, '']);
const source = memorySource({
  schema: SHOP,
  tables: {
    countries: [['IT', 'Italy']],
    customers: [
      ['1', 'Ada@example.com', 'Ada', 'IT', null, null],
      ['2', 'bob@example.com', null, null, '1', null],
    ],
    orders: [
      ['1', '1', '2', 'NEW', '10.50', '2024-01-31 09:30:00+00', 't', null],
      ['2', '1', null, 'PAID', '7.00', '2024-02-01 09:30:00+00', 'f', '{"a": 1}'],
      ['3', '2', '1', 'DRAFT', '1.00', '2024-02-02 09:30:00+00', 'f', null],
    ],
    order_lines: [
      ['1', '1', '1', '2'],
      ['1', '2', '2', '1'],
      ['3', '1', '1', '9'],
    ],
    products: [
      ['1', 'Lamp', '5.00'],
      ['2', 'Chair', '9.00'],
    ],
  },
});
const signal = new AbortController().signal;

async function migrated(text: string): Promise<MemorySink> {
  const mapping = loadText(text);
  const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
  await migrate({ mapping, source, sink, state: memoryState(), signal });
  return sink;
}

const next = (...replacements: readonly (readonly [string, string])[]) =>
  replacements.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replaceAll(from, to);
  }, OLD);

const CASES: readonly (readonly [string, string])[] = [
  ['nothing', OLD],
  ['a renamed attribute', next(['customerName', 'buyerName'])],
  ['a changed sort key', next(["sk: 'ORDER#{placed_at}#{id}'", "sk: 'ORDER#{id}'"])],
  [
    'a parent that the orders did not hold',
    next(['customerName', 'customerMail'], ['{customer.name}', '{customer.email}']),
  ],
  ['another type of attribute', next(['as: cents', 'as: string'])],
];

it.each(CASES)('a backfill from the table itself makes what a migration makes: %s', async (_, text) => {
  const want = await migrated(text);
  const sink = await migrated(OLD);
  const scanner = await sink.openReader();
  if (scanner === null) throw new Error('memory can be read');
  const table = tableSource({
    scanner,
    decoder: itemDecoder(resolveOrThrow(loadText(OLD), SHOP), SHOP),
    label: 'memory:shop',
    itemCount: sink.items.size,
    consistent: true,
    pace: { take: async () => undefined, settle: () => undefined },
  });
  const [from, mapping] = [{ ...loadText(OLD), digest: 'old' }, loadText(text)];
  const report = await backfill({
    ...{ from, mapping, source: table, sink, state: memoryState(), signal },
    removeAttributes: true,
  });
  expect(report.totals).toMatchObject({ held: 0, rejects: 0 });
  for (const [key, item] of want.items) {
    expect(canonicalItem(sink.items.get(key) ?? {}), key).toBe(canonicalItem(item));
  }
});

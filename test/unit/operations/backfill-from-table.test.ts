import { expect, it } from 'vitest';
import { canonicalItem } from '../../../src/item/canonical.js';
import { resolveOrThrow } from '../../../src/mapping/check-mapping.js';
import { itemDecoder } from '../../../src/mapping/from-items/item-decoder.js';
import { backfill } from '../../../src/operations/backfill/backfill.js';
import { tableSource } from '../../../src/source/dynamodb/source.js';
import { memorySource } from '../../../src/source/memory/source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { loadText, SHOP } from '../mapping/shop.js';
import { migrated, OLD, SHOP_ROWS } from './written-shop.js';

const source = memorySource({ schema: SHOP, tables: SHOP_ROWS });
const signal = new AbortController().signal;

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
  const want = await migrated(text, source);
  const sink = await migrated(OLD, source);
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

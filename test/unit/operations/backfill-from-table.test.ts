import { expect, it } from 'vitest';
import type { WireItem } from '../../../src/item/attribute-value.js';
import { canonicalItem } from '../../../src/item/canonical.js';
import { compileIdentify } from '../../../src/mapping/access/identify-item.js';
import { resolveOrThrow } from '../../../src/mapping/check-mapping.js';
import { itemDecoder } from '../../../src/mapping/from-items/item-decoder.js';
import { overwrittenAttributes } from '../../../src/mapping/from-items/successor.js';
import type { ResolvedMapping } from '../../../src/mapping/resolved-mapping.js';
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

function customers(attributes: string): string {
  return next(['    from: customers\n', `    from: customers\n    attributes: ${attributes}\n`]);
}

const CASES: readonly (readonly [string, string])[] = [
  ['nothing', OLD],
  ['a renamed attribute', next(['customerName', 'buyerName'])],
  ['a changed sort key', next(["sk: 'ORDER#{placed_at}#{id}'", "sk: 'ORDER#{id}'"])],
  [
    'a parent that the orders did not hold',
    next(['customerName', 'customerMail'], ['{customer.name}', '{customer.email}']),
  ],
  ['another type of attribute', next(['as: cents', 'as: string'])],
  ['a renamed entity', next(['  Customer:', '  Client:'])],
  [
    'a renamed attribute that rows of others ask for',
    customers("{ id: '{id}', name: '{name}', mail: '{email}', countryCode: '{country_code}' }")
      .replaceAll('customerName', 'customerMail')
      .replace('{customer.name}', '{customer.email}'),
  ],
];

/** Both mappings, and the table of OLD as a source beside the sink that holds it. */
async function openItself(text: string) {
  const sink = await migrated(OLD, source);
  const scanner = await sink.openReader();
  if (scanner === null) throw new Error('memory can be read');
  const [old, resolved] = [OLD, text].map((one) => resolveOrThrow(loadText(one), SHOP)) as [
    ResolvedMapping,
    ResolvedMapping,
  ];
  expect(overwrittenAttributes(old, resolved, true)).toEqual([]);
  const table = tableSource({
    scanner,
    decoder: itemDecoder(old, SHOP, { resolved, removeAttributes: true }),
    label: 'memory:shop',
    itemCount: sink.items.size,
    consistent: true,
    pace: { take: async () => undefined, settle: () => undefined },
  });
  const [from, mapping] = [{ ...loadText(OLD), digest: 'old' }, loadText(text)];
  const run = () =>
    backfill({
      ...{ from, mapping, source: table, sink, state: memoryState(), signal },
      removeAttributes: true,
    });
  return { sink, old, run };
}

it.each(CASES)('a backfill from the table itself makes what a migration makes: %s', async (_, text) => {
  const want = await migrated(text, source);
  const { sink, run } = await openItself(text);
  const report = await run();
  expect(report.totals).toMatchObject({ held: 0, rejects: 0 });
  for (const [key, item] of want.items) {
    expect(canonicalItem(sink.items.get(key) ?? {}), key).toBe(canonicalItem(item));
  }
});

it.each(CASES)(
  'rows tell the same where their first copies have been changed already: %s',
  async (_, text) => {
    const want = await migrated(text, source);
    const { sink, old, run } = await openItself(text);
    const before = new Map(sink.items);
    await run();
    // As a kill leaves it: of each row the first copy is done, and nothing else is.
    const isFirst = firstCopies(old);
    const items = sink.items as Map<string, WireItem>;
    for (const [key, item] of [...items]) {
      const was = before.get(key);
      if (was === undefined) items.delete(key);
      else if (!isFirst(was)) items.set(key, was);
      else expect(item).toBeDefined();
    }
    await run();
    // What it had removed is not told of any more, and stays elsewhere.
    for (const [key, item] of want.items) expect(sink.items.get(key), key).toMatchObject(item);
  },
);

function firstCopies(mapping: ResolvedMapping): (item: WireItem) => boolean {
  const identify = compileIdentify(mapping);
  const first = new Map(mapping.entities.map(({ name, copies }) => [name, copies[0]?.name]));
  return (item) => {
    const found = identify(item);
    return found !== null && first.get(found.entity) === found.copy;
  };
}

it.each<[string, boolean, string, readonly string[]]>([
  ['another attribute holds the same', false, next(['as: cents', 'as: string']), []],
  [
    'another value under the old name',
    false,
    customers("{ '*': true, name: '{name}#{id}' }"),
    ['Customer.profile.name'],
  ],
  ['other children', false, next(['[line_no, quantity]', '[quantity]']), ['Order.byCustomer.lines']],
  [
    'removed, and the orders want it',
    true,
    customers('[id, email, country_code]'),
    ['Customer.profile.name'],
  ],
  ['not asked for, and so not removed', false, customers('[id, email]'), []],
  ['removed, and nobody wants it', true, customers('[id, email, name, country_code]'), []],
])('what a backfill overwrites of what rows are read from: %s', (_, removeAttributes, text, names) => {
  const [old, to] = [OLD, text].map((one) => resolveOrThrow(loadText(one), SHOP)) as [
    ResolvedMapping,
    ResolvedMapping,
  ];
  expect(overwrittenAttributes(old, to, removeAttributes)).toEqual(names);
});

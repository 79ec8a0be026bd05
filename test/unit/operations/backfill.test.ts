import { describe, expect, it } from 'vitest';
import type { WireItem } from '../../../src/item/attribute-value.js';
import { canonicalItem } from '../../../src/item/canonical.js';
import { type BackfillOptions, backfill } from '../../../src/operations/backfill/backfill.js';
import type { MemorySink } from '../../../src/sink/memory/memory-sink.js';
import { memorySource } from '../../../src/source/memory/source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { loadText, SHOP } from '../mapping/shop.js';
import { migrated, OLD, SHOP_ROWS } from './written-shop.js';

const source = memorySource({ schema: SHOP, tables: SHOP_ROWS });
const signal = new AbortController().signal;
const texts = (sink: MemorySink) => new Map([...sink.items].map(([key, item]) => [key, canonicalItem(item)]));

/** Of a table that OLD wrote and `touch` has changed since. */
async function filled(
  text: string,
  rest: Partial<BackfillOptions> = {},
  touch: (items: Map<string, WireItem>) => void = () => {},
  old = OLD,
) {
  const sink = await migrated(old, source);
  touch(sink.items as Map<string, WireItem>);
  const [from, mapping] = [{ ...loadText(old), digest: 'old' }, loadText(text)];
  const options = { from, mapping, source, sink, state: memoryState(), signal, ...rest };
  return { sink, options, report: await backfill(options) };
}

const GSI2 = [
  [
    'gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk }',
    'gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk }\n    gsi2: { partitionKey: gsi2pk, sortKey: gsi2sk }',
  ],
  ['gsi1: { pk: ', "gsi2: { pk: 'IN#{country_code}', sk: '{id}' }\n          gsi1: { pk: "],
] as const;

const next = (...replacements: readonly (readonly [string, string])[]) =>
  replacements.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replaceAll(from, to);
  }, OLD);

const CASES: readonly (readonly [string, string])[] = [
  ['a new index', next(...GSI2)],
  ['a renamed attribute', next(['customerName', 'buyerName'])],
  ['a changed sort key', next(["sk: 'ORDER#{placed_at}#{id}'", "sk: 'ORDER#{id}'"])],
  [
    'other children',
    next(
      ['attributes: [line_no, quantity]', 'attributes: [quantity]'],
      ['{ count: lines }', '{ sum: lines.quantity }'],
    ),
  ],
  [
    'a join by another name and to another table',
    next([
      'customer: { via: customer_id }',
      'payer: { via: payer_id, attributes: [name] }\n      customer: { via: customer_id }',
    ]),
  ],
  ['a condition that lets other rows through', next(['in: [NEW, PAID]', 'in: [NEW, DRAFT]'])],
  ['renamed entity and copy', next(['  Customer:\n', '  Client:\n'], ['profile:', 'card:'])],
  ['another type of attribute', next(['as: cents', 'as: string'])],
  [
    'a new entity',
    `${OLD}  Product:\n    from: products\n    items: { main: { key: { pk: 'PRODUCT#{id}', sk: PRODUCT } } }\n`,
  ],
  [
    'a key that is spelled otherwise and is the same',
    next(
      ["sk: 'ORDER#{placed_at}#{id}'", "sk: 'ORDER#{placed_at}#{id | pad(19)}'"],
      ['{customer.name}', '{customer.email}'],
    ),
  ],
];

describe('backfill', () => {
  it.each(CASES)('makes of the old table what a migration makes of an empty one: %s', async (_, text) => {
    const [old, want] = [await migrated(OLD, source), await migrated(text, source)];
    const { sink, report } = await filled(text, { removeAttributes: true });
    const found = texts(sink);
    expect(report.totals).toMatchObject({ held: 0, rejects: 0 });
    expect(new Map([...found].filter(([key]) => want.items.has(key)))).toEqual(texts(want));
    // What is obsolete stays: to delete it is not a backfill's.
    const rest = [...found.keys()].filter((key) => !want.items.has(key));
    expect(rest).toEqual([...old.items.keys()].filter((key) => !want.items.has(key)));
    // Only what differs has been written, and a second time nothing is.
    const same = [...texts(want)].filter(([key, item]) => texts(old).get(key) === item);
    expect(report.totals.written).toBe(want.items.size - same.length);
  });

  it('writes nothing where both mappings make the same', async () => {
    const { report, sink } = await filled(
      next(['customer: { via', 'buyer: { via'], ['{customer.', '{buyer.'], ['via: customer.', 'via: buyer.']),
    );
    expect(report.totals).toMatchObject({ rows: 0, written: 0 });
    expect(sink.batches.flat().filter(({ change }) => change !== undefined)).toEqual([]);
  });

  it('leaves attributes that the new mapping has no more, unless it is told to remove them', async () => {
    const { sink } = await filled(next(['customerName', 'buyerName']));
    const orders = [...sink.items.values()].filter(({ _type }) => _type?.['S'] === 'Order');
    expect(orders.every((item) => 'buyerName' in item === 'customerName' in item)).toBe(true);
    expect(orders.some((item) => 'customerName' in item)).toBe(true);
  });

  it('never touches what the application wrote: its own attributes, items that it changed or deleted', async () => {
    const keys = { own: '', changed: '', deleted: '' };
    const { sink, report } = await filled(
      next(['as: cents', 'as: string'], ['customerName', 'buyerName']),
      {},
      (items) => {
        const orders = [...items].filter(([, { lines }]) => lines !== undefined).map(([key]) => key);
        [keys.own = '', keys.changed = '', keys.deleted = ''] = orders;
        items.set(keys.own, { ...items.get(keys.own), seen: { N: '7' } });
        items.set(keys.changed, {
          ...items.get(keys.changed),
          totalCents: { N: '99' },
          buyerName: { S: 'mine' },
        });
        items.delete(keys.deleted);
      },
    );
    expect(sink.items.get(keys.own)).toMatchObject({ seen: { N: '7' }, buyerName: { S: 'Ada' } });
    expect(sink.items.get(keys.changed)).toMatchObject({ totalCents: { N: '99' }, buyerName: { S: 'mine' } });
    expect(sink.items.has(keys.deleted)).toBe(false);
    expect(report.totals.held).toBe(2);
  });

  it('holds back what a guard says: an attribute, or any, is not what the old mapping made', async () => {
    const touch = (items: Map<string, WireItem>) => {
      for (const [key, item] of items) {
        if (item['email'] !== undefined) items.set(key, { ...item, email: { S: 'new@example.com' } });
      }
    };
    const text = next(...GSI2);
    expect((await filled(text, {}, touch)).report.totals).toMatchObject({ written: 1, held: 0 });
    const version = { kind: 'version', attribute: 'email' } as const;
    expect((await filled(text, { guard: version }, touch)).report.totals).toMatchObject({
      written: 0,
      held: 1,
    });
    const unchanged = { kind: 'unchanged' } as const;
    expect((await filled(text, { guard: unchanged }, touch)).report.totals).toMatchObject({ held: 1 });
    const name = { kind: 'version', attribute: 'name' } as const;
    expect((await filled(text, { guard: name }, touch)).report.totals).toMatchObject({ written: 1, held: 0 });
  });

  it('refuses a guard by an attribute that the items do not have', async () => {
    const guard = { kind: 'version', attribute: 'revision' } as const;
    await expect(filled(next(...GSI2), { guard })).rejects.toMatchObject({
      code: 'USAGE_VALUE',
      hint: expect.stringContaining('email'),
    });
  });

  it('new copies: keeps what is there, overwrites it, or only what is older', async () => {
    const text = next(["sk: 'ORDER#{placed_at}#{id}'", "sk: 'ORDER#{id}'"]);
    const [key, item] =
      [...(await migrated(text, source)).items].find(([, { id, lines }]) => id?.['N'] === '2' && lines) ?? [];
    if (key === undefined || item === undefined) throw new Error('no such order');
    const theirs = { ...item, total: { N: '0' }, placedAt: { S: '2020' } };
    const touch = (items: Map<string, WireItem>) => void items.set(key, theirs);
    const kept = await filled(text, {}, touch);
    expect(kept.sink.items.get(key)).toEqual(theirs);
    expect(kept.report.totals.held).toBe(1);
    for (const newCopies of ['overwrite', { olderBy: 'placedAt' }] as const) {
      const over = await filled(text, { newCopies }, touch);
      expect(over.sink.items.get(key)).toEqual(item);
      expect(over.report.totals.held).toBe(0);
    }
    const newer = await filled(text, { newCopies: { olderBy: 'id' } }, touch);
    expect(newer.sink.items.get(key)).toEqual(theirs);
  });

  it('can be done again: what is done already costs a failing condition and changes nothing', async () => {
    const { sink, options, report } = await filled(next(['customerName', 'buyerName']));
    const before = texts(sink);
    const again = await backfill(options);
    expect(again.totals).toMatchObject({ written: report.totals.written, held: 0 });
    expect(texts(sink)).toEqual(before);
  });

  it('only the entities that were asked for', async () => {
    const text = next(...GSI2, ['customerName', 'buyerName']);
    const { report } = await filled(text, { entities: ['Order'] });
    expect(report.entities.map(({ entity }) => entity)).toEqual(['Order']);
    expect(report.changes.copies.filter(({ kind }) => kind !== 'same')).toHaveLength(3);
  });

  it('refuses mappings of two tables, and keys by which no item can be told', async () => {
    await expect(filled(next(['name: shop', 'name: other']))).rejects.toMatchObject({
      code: 'USAGE_COMBINATION',
    });
    await expect(filled(next(['sortKey: sk', 'sortKey: range']))).rejects.toMatchObject({
      code: 'USAGE_COMBINATION',
      message: expect.stringContaining('the sortKey (was sk, is range)'),
    });
  });

  it('says which of the two mappings does not fit the source', async () => {
    const from = { ...loadText(OLD.replace('{customer.name}', '{customer.nam}')), file: 'old.yaml' };
    await expect(filled(OLD, { from })).rejects.toMatchObject({ hint: expect.stringContaining('old.yaml') });
  });
});

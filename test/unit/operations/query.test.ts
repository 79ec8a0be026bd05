import { beforeAll, describe, expect, it } from 'vitest';
import { resolveOrThrow } from '../../../src/mapping/check-mapping.js';
import { compileMapping } from '../../../src/mapping/compile-mapping.js';
import type { LoadedMapping } from '../../../src/mapping/load-mapping.js';
import { nothingMapped } from '../../../src/mapping/mapper.js';
import type { ResolvedMapping } from '../../../src/mapping/resolved-mapping.js';
import { query } from '../../../src/operations/query.js';
import { type MemorySink, memorySink } from '../../../src/sink/memory/memory-sink.js';
import { loadText, SHOP } from '../mapping/shop.js';

const MAPPING = `version: 1
table:
  name: shop
  partitionKey: pk
  sortKey: sk
  indexes:
    ranked: { partitionKey: [_type, status], sortKey: [{ attribute: totalCents, type: N }, placedAt] }
    byMail: { partitionKey: [mail, kind], sortKey: [id2] }
    byTotal: { local: true, sortKey: [{ attribute: totalCents, type: N }] }
entities:
  Order:
    from: orders
    join: { customer: { via: customer_id } }
    attributes:
      '*': true
      totalCents: { column: total, as: cents }
      mail: '{customer.email | lower}'
      kind: { value: sale }
      id2: 'no. {id}'
    items:
      main: { key: { pk: 'CUSTOMER#{customer_id}', sk: 'ORDER#{id}' } }
      slim: { key: { pk: 'SLIM#{id}', sk: ORDER }, attributes: [id] }
accessPatterns:
  ofStatus: { query: ranked, pk: [Order, '{status}'] }
  newest: { query: ranked, pk: [Order, '{status}'], descending: true, limit: 2 }
  exactly: { query: ranked, pk: ['{entity}', NEW], sk: ['{total}', { gt: '{after}' }] }
  above: { query: ranked, pk: [Order, NEW], sk: { gt: '{least}', lt: '{most}' } }
  onDay: { query: ranked, pk: [Order, NEW], sk: ['{total}', { beginsWith: '{day}' }] }
  fixed: { query: ranked, pk: [Order, NEW], sk: { gte: '-1' } }
  ofMail: { query: byMail, pk: ['{mail}', sale], sk: { beginsWith: 'no. ' } }
  ofOther: { query: byMail, pk: ['{mail}', gift] }
  ofCustomer: { query: byTotal, pk: 'CUSTOMER#{customerId}', sk: { lte: '{total}' } }
`;

/** id, customer, status, total, placed at */
const ORDERS = [
  ['1', '7', 'NEW', '10.50', '2024-01-31 09:30:00+00'],
  ['2', '7', 'NEW', '9.00', '2024-02-01 00:00:00+00'],
  ['3', '7', 'NEW', '9.00', '2024-02-29 23:59:59.999999+00'],
  ['4', '8', 'NEW', '-1.00', '2024-03-01 00:00:00+00'],
  ['5', '8', 'PAID', '9.00', '2024-02-01 00:00:00+00'],
  ['6', '7', 'NEW', '100.00', '2024-02-01 00:00:00+00'],
] as const;

describe('a pattern over attributes', () => {
  let mapping: LoadedMapping;
  let resolved: ResolvedMapping;
  let sink: MemorySink;
  beforeAll(async () => {
    mapping = loadText(MAPPING);
    resolved = resolveOrThrow(mapping, SHOP);
    sink = memorySink({ table: resolved.table });
    const [mapper] = compileMapping(resolved).entities;
    const into = nothingMapped();
    for (const [id, customer_id, status, total, placed_at] of ORDERS) {
      const values: Record<string, string> = {
        id,
        customer_id,
        status,
        total,
        placed_at,
        email: 'Ann@X.org',
      };
      const row = mapper!.query.columns.map(({ column }) => values[column.name] ?? null);
      mapper!.map({ row, children: [], overflow: false }, into);
    }
    expect(into.rejects).toEqual([]);
    await using writer = await sink.openWriter('overwrite');
    await writer.write(into.items, new AbortController().signal);
  });

  const run = (pattern: string, parameters: Record<string, string> = {}, pageToken?: string) =>
    query({
      ...{ mapping, resolved, sink, pattern, pageToken, parameters: new Map(Object.entries(parameters)) },
      signal: new AbortController().signal,
    });
  const ids = async (...asked: Parameters<typeof run>) =>
    (await run(...asked)).items.map(({ item }) => item['id']?.['N']);

  it('finds what has all values, numbers in their order, and a copy without the attributes not at all', async () => {
    expect(await ids('ofStatus', { status: 'NEW' })).toEqual(['4', '2', '3', '1', '6']);
    expect(await ids('ofStatus', { status: 'DRAFT' })).toEqual([]);
  });

  it('reads a parameter as the column has it, and writes it as the item has it', async () => {
    const report = await run('exactly', { entity: 'Order', total: '9.0', after: '2024-02-01' });
    expect(report.items.map(({ entity, copy, key }) => [entity, copy, key['id']])).toEqual([
      ['Order', 'main', '3'],
    ]);
    expect(report.targets).toEqual([
      {
        partition: [
          { name: '_type', type: 'S', value: 'Order' },
          { name: 'status', type: 'S', value: 'NEW' },
        ],
        sort: [
          { name: 'totalCents', type: 'N', kind: 'equals', value: '900' },
          {
            ...{ name: 'placedAt', type: 'S', kind: 'range', to: null },
            from: { value: '2024-02-01T00:00:00Z', included: false },
          },
        ],
      },
    ]);
  });

  it('leaves out what a bound leaves out, and asks nothing where nothing can lie', async () => {
    expect(await ids('above', { least: '9', most: '100' })).toEqual(['1']);
    expect(await ids('above', { least: '8.99', most: '100.01' })).toEqual(['2', '3', '1', '6']);
    expect(await run('above', { least: '100', most: '9' })).toMatchObject({ items: [], requests: 0 });
    expect(await ids('fixed')).toEqual(['4', '2', '3', '1', '6']);
    expect(await ids('onDay', { total: '9', day: '2024-02-2' })).toEqual(['3']);
  });

  it('goes on behind a page, from the last to the first', async () => {
    const first = await run('newest', { status: 'NEW' });
    const second = await run('newest', { status: 'NEW' }, first.nextPageToken ?? undefined);
    const found = [...first.items, ...second.items].map(({ item }) => item['id']?.['N']);
    expect(found).toEqual(['6', '1', '3', '2']);
    expect(second.nextPageToken).not.toBeNull();
  });

  it('asks by what transforms make, by constants and by texts of several columns', async () => {
    expect(await ids('ofMail', { mail: 'ANN@x.ORG' })).toEqual(['1', '2', '3', '4', '5', '6']);
    await expect(run('ofOther', { mail: 'ann@x.org' })).rejects.toMatchObject({
      code: 'USAGE_VALUE',
      message: 'no copy of an entity has the keys of the access pattern ofOther',
    });
  });

  it('asks a local index: the template of the table, then the attribute', async () => {
    expect(await ids('ofCustomer', { customerId: '7', total: '10.5' })).toEqual(['2', '3', '1']);
  });

  it.each([
    [
      'ofStatus',
      { status: 'NWE' },
      '--status "NWE" is not one of DRAFT, NEW, PAID: it stands for status (status)',
    ],
    ['above', { least: 'x', most: '1' }, '--least "x" is not a number: it stands for total (numeric)'],
    [
      'onDay',
      { total: '9', day: '' },
      '--day "" is not text, one character or more: it stands for placed_at (timestamptz)',
    ],
  ])('%s refuses %j', async (pattern, parameters, message) => {
    await expect(run(pattern, parameters)).rejects.toMatchObject({ code: 'USAGE_VALUE', message });
  });
});

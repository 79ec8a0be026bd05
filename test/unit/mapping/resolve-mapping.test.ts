import { describe, expect, it } from 'vitest';
import { resolveOrThrow } from '../../../src/mapping/check-mapping.js';
import { compileAttribute } from '../../../src/mapping/compile/compile-attribute.js';
import { proveUnique } from '../../../src/mapping/key/prove-unique.js';
import { resolveMapping } from '../../../src/mapping/resolve-mapping.js';
import type { ResolvedEntity } from '../../../src/mapping/resolved-mapping.js';
import type { ColumnRef } from '../../../src/source/row-query.js';
import { changed, DOCUMENT, loadText, SHOP } from './shop.js';

function entity(name: string, text = DOCUMENT): ResolvedEntity {
  const found = resolveOrThrow(loadText(text), SHOP).entities.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no entity ${name}`);
  return found;
}

const names = (columns: readonly ColumnRef[]) =>
  columns.map(({ path, column }) => (path === '' ? column.name : `${path}.${column.name}`));

describe('the query of an entity', () => {
  it('reads the identity first, then what is needed, each column once', () => {
    const { query } = entity('Order');
    expect(query.identity.map(({ name }) => name)).toEqual(['id']);
    const read = names(query.columns);
    expect(read[0]).toBe('id');
    expect([...read].sort()).toEqual(
      [
        ...['id', 'customer_id', 'payer_id', 'status', 'total', 'placed_at', 'gift', 'details'],
        ...['customer.id', 'customer.name', 'customer.country_code', 'country.code', 'country.name'],
      ].sort(),
    );
  });

  it('joins each parent behind the one it hangs on, whatever their order in the document', () => {
    expect(entity('Order').query.joins).toEqual([
      {
        path: 'customer',
        parent: '',
        table: { schema: 'public', name: 'customers' },
        on: [{ local: 'customer_id', remote: 'id' }],
      },
      {
        path: 'country',
        parent: 'customer',
        table: { schema: 'public', name: 'countries' },
        on: [{ local: 'country_code', remote: 'code' }],
      },
    ]);
  });

  it('reads both sides of each join, to see parents that are missing', () => {
    const { danglingChecks, query } = entity('Order');
    const read = names(query.columns);
    expect(
      danglingChecks.map(({ path, local, remote }) => [path, local.map((cell) => read[cell]), read[remote]]),
    ).toEqual([
      ['customer', ['customer_id'], 'customer.id'],
      ['country', ['customer.country_code'], 'country.code'],
    ]);
  });

  it('leaves out a join that nothing reads', () => {
    const text = changed(['via: customer_id }', 'via: customer_id }\n      payer: { via: payer_id }']);
    expect(entity('Order', text).query.joins.map(({ path }) => path)).toEqual(['customer', 'country']);
  });

  it('passes where through, and asks views for their identity', () => {
    expect(entity('Order').query.where).toBe("status <> 'DRAFT'");
    const text = `${DOCUMENT}  Total:\n    from: totals\n    identifiedBy: [customer]
    attributes: { customer: '{customer}', amount: { column: amount, as: string } }
    items: { main: { key: { pk: 'TOTAL#{customer}', sk: TOTAL } } }\n`;
    expect(entity('Total', text).query.identity.map(({ name }) => name)).toEqual(['customer']);
  });

  it('reaches a parent of its own table, and one by columns that no key declares', () => {
    const text = changed(
      [
        'from: customers',
        'from: customers\n    join: { referrer: { via: referrer_id, attributes: [email] } }',
      ],
      ['via: customer_id }', 'to: customers, on: { customer_id: id } }'],
    );
    expect(entity('Customer', text).query.joins).toMatchObject([
      { path: 'referrer', table: { name: 'customers' }, on: [{ local: 'referrer_id', remote: 'id' }] },
    ]);
    expect(entity('Order', text).query).toEqual(entity('Order').query);
  });

  it('reaches a parent by all columns of a composite key', () => {
    const text = `${DOCUMENT}  Shipment:\n    from: shipments
    join: { line: { via: [line_no, order_id], attributes: [quantity] } }
    items: { main: { key: { pk: 'SHIPMENT#{id}', sk: SHIPMENT } } }\n`;
    const { query, danglingChecks } = entity('Shipment', text);
    expect(query.joins[0]?.on).toEqual([
      { local: 'order_id', remote: 'order_id' },
      { local: 'line_no', remote: 'line_no' },
    ]);
    expect(danglingChecks[0]?.local).toHaveLength(2);
  });
});

describe('an embed', () => {
  it('holds the listed columns and those of its joins, by name', () => {
    const { query, attributes } = entity('Order');
    const [lines] = query.embeds;
    expect(lines).toMatchObject({
      name: 'lines',
      on: [{ local: 'id', remote: 'order_id' }],
      through: null,
      orderBy: [{ column: 'line_no', descending: true }],
      tieBreak: ['order_id'],
      joins: [{ path: 'product', on: [{ local: 'product_id', remote: 'id' }] }],
    });
    expect(names(lines?.columns ?? [])).toEqual(['line_no', 'quantity', 'product.name']);
    const held = attributes.find(({ name }) => name === 'lines')?.value;
    expect(held).toMatchObject({ kind: 'embed', embed: 0 });
    expect(held).toMatchObject({
      shape: {
        kind: 'list',
        value: {
          columns: 3,
          attributes: [{ name: 'lineNo' }, { name: 'productName' }, { name: 'quantity' }],
        },
      },
    });
  });

  it('without a list holds every column but the key to its parent', () => {
    const text = changed(['        attributes: [line_no, quantity]\n', '']);
    expect(names(entity('Order', text).query.embeds[0]?.columns ?? []).sort()).toEqual([
      'line_no',
      'product.name',
      'product_id',
      'quantity',
    ]);
  });

  it('reaches its children through a link table', () => {
    const text = `${DOCUMENT}  Product:\n    from: products
    embed: { tags: { from: tags, through: product_tags, orderBy: [name] } }
    items: { main: { key: { pk: 'PRODUCT#{id}', sk: PRODUCT } } }\n`;
    expect(entity('Product', text).query.embeds[0]).toMatchObject({
      on: [{ local: 'id', remote: 'product_id' }],
      through: { table: { name: 'product_tags' }, pairs: [{ local: 'tag_id', remote: 'id' }] },
      tieBreak: ['id'],
    });
  });
});

describe('attributes', () => {
  const attributeNames = (text?: string) => entity('Order', text).attributes.map(({ name }) => name);

  it('are in the order of their names: columns, templates, counts, joined ones, embeds', () => {
    expect(attributeNames()).toEqual(
      [
        ...['id', 'customerId', 'payerId', 'status', 'total', 'placedAt', 'gift', 'details'],
        ...['countryName', 'customerName', 'lineCount', 'lines', 'totalCents'],
      ].sort(),
    );
  });

  it('may be a list of columns; embeds and joined ones are there all the same', () => {
    const text = changed([
      `attributes:
      '*': true
      customerName: '{customer.name}'
      lineCount: { count: lines }
      totalCents: { column: total, as: cents }`,
      'attributes: [id, placed_at, total]',
    ]).replace('[id, total, customerName]', '[id]');
    expect(attributeNames(text)).toEqual(['countryName', 'id', 'lines', 'placedAt', 'total']);
  });

  it('may be named as the columns are', () => {
    const text = changed(['entities:', 'defaults: { attributeNames: asIs, nulls: "null" }\nentities:']);
    const { attributes } = entity('Order', text);
    expect(attributes.map(({ name }) => name)).toContain('country_name');
    expect(attributes.find(({ name }) => name === 'placed_at')?.nulls).toBe('null');
    expect(attributes.find(({ name }) => name === 'totalCents')?.nulls).toBe('null');
  });

  it("by name take the place of what '*' makes of the same column", () => {
    const text = changed(['totalCents: { column: total, as: cents }', 'total: { column: total, as: cents }']);
    expect(entity('Order', text).attributes.find(({ name }) => name === 'total')?.value).toMatchObject({
      kind: 'column',
      as: 'cents',
    });
  });
});

describe('a key', () => {
  it('has the type of the column it references in the end', () => {
    const { copies } = entity('Order');
    const types = copies.map(({ pk }) =>
      pk.parts.map((part) => (part.kind === 'column' ? part.column : null)),
    );
    expect(types.flat().filter((column) => column !== null)).toMatchObject([
      { column: { name: 'customer_id', type: { bits: 32 } }, keyType: { bits: 64 } },
      { column: { name: 'payer_id', type: { bits: 32 } }, keyType: { bits: 64 } },
    ]);
  });

  it('of an index may be one of the table: then every copy is in it', () => {
    const text = changed([
      'sortKey: gsi1sk }',
      'sortKey: gsi1sk }\n    inverse: { partitionKey: sk, sortKey: pk }',
    ]);
    const [copy] = entity('Order', text).copies;
    expect(copy?.indexes).toMatchObject([
      { index: { name: 'inverse' }, pk: { text: copy?.sk.text }, sk: { text: copy?.pk.text } },
    ]);
  });

  it('that holds a unique key of the root is unique', () => {
    const text = changed(["pk: 'CUSTOMER#{id}', sk: PROFILE", "pk: 'CUSTOMER#{email}', sk: PROFILE"]);
    const resolved = resolveOrThrow(loadText(text), SHOP);
    expect(proveUnique(resolved.entities).map(({ copy }) => copy)).toContain('profile');
  });
});

describe('time to live', () => {
  it.each([
    "expires: '{placed_at | epochSeconds}'",
    'expires: { column: placed_at, as: epochSeconds }',
    "expires: '{total}'",
  ])('may be any number: %s', (attribute) => {
    const text = changed(
      ['sortKey: sk\n', 'sortKey: sk\n  timeToLive: { attribute: expires }\n'],
      ['lineCount: { count: lines }', attribute],
    );
    expect(resolveMapping(loadText(text).mapping, SHOP).problems).toEqual([]);
  });

  it('is in whole seconds, rounded down, although as: epochSeconds keeps fractions elsewhere', () => {
    const document = changed(
      ['sortKey: sk\n', 'sortKey: sk\n  timeToLive: { attribute: expires }\n'],
      [
        'lineCount: { count: lines }',
        'expires: { column: placed_at, as: epochSeconds }\n      at: { column: placed_at, as: epochSeconds }',
      ],
    );
    const { attributes } = entity('Order', document);
    const written = ['expires', 'at'].map((name) => {
      const attribute = attributes.find((one) => one.name === name)!;
      const source = attribute.value;
      const column = source.kind === 'template' ? source.template.parts[0] : source;
      const cell = column?.kind === 'column' ? column.column : null;
      const row: string[] = [];
      row[typeof cell === 'object' && cell !== null && 'cell' in cell ? cell.cell : 0] =
        '1969-12-31 23:59:58.5+00';
      return compileAttribute(attribute, { level: 0, columns: 0 })(
        { row, children: [], overflow: false },
        { bytes: 0, failure: null },
      );
    });
    expect(written).toEqual([',"expires":{"N":"-2"}', ',"at":{"N":"-1.5"}']);
  });
});

describe('zero dates', () => {
  const policies = (text: string) =>
    Object.fromEntries(entity('Order', text).attributes.map(({ name, zeroDate }) => [name, zeroDate]));

  it('reject their item unless defaults or the attribute say omit', () => {
    expect(new Set(Object.values(policies(DOCUMENT)))).toEqual(new Set(['reject']));
    const own = changed([
      'lineCount: { count: lines }',
      'placedOn: { column: placed_at, zeroDate: omit }\n      again: { column: placed_at }',
    ]);
    expect(policies(own)).toMatchObject({ placedOn: 'omit', again: 'reject', placedAt: 'reject' });
  });

  it('are left off everywhere by defaults, except where text keeps them or the attribute says reject', () => {
    const text = changed(
      ['entities:\n', 'defaults: { zeroDate: omit }\nentities:\n'],
      [
        'lineCount: { count: lines }',
        [
          'strict: { column: placed_at, zeroDate: reject }',
          'text: { column: placed_at, as: string }',
          "label: 'on {placed_at}'",
        ].join('\n      '),
      ],
    );
    expect(policies(text)).toMatchObject({
      strict: 'reject',
      text: 'reject',
      label: 'omit',
      placedAt: 'omit',
    });
    const { attributes } = entity('Order', text);
    const write = (name: string, raw: string) => {
      const encoding = { bytes: 0, failure: null };
      const row = Array<string>(20).fill(raw);
      const attribute = compileAttribute(attributes.find((one) => one.name === name)!, {
        level: 0,
        columns: 0,
      });
      return [attribute({ row, children: [], overflow: false }, encoding), encoding];
    };
    for (const name of ['placedAt', 'label']) {
      expect(write(name, '0000-00-00 00:00:00+00')).toEqual(['', { bytes: 0, failure: null }]);
      expect(write(name, '2024-02-00 00:00:00+00')).toMatchObject([
        '',
        { failure: { code: 'VALUE_NOT_EXACT' } },
      ]);
    }
    expect(write('strict', '0000-00-00 00:00:00+00')).toMatchObject([
      '',
      { failure: { code: 'VALUE_NOT_EXACT', reason: expect.stringContaining('zeroDate: omit') } },
    ]);
    expect(write('text', '0000-00-00 00:00:00+00')[0]).toBe(',"text":{"S":"0000-00-00 00:00:00+00"}');
  });
});

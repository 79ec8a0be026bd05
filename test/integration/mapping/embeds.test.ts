import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, engines, mapAll } from './map-all.js';

const TABLES = `
  CREATE TABLE shops (region varchar(10) NOT NULL, id int NOT NULL, name varchar(50), PRIMARY KEY (region, id));
  CREATE TABLE orders (id int PRIMARY KEY, shop_region varchar(10), shop_id int, total decimal(30,10), placed date,
    FOREIGN KEY (shop_region, shop_id) REFERENCES shops (region, id));
  CREATE TABLE order_lines (order_id int NOT NULL, line_no int NOT NULL, qty bigint, sku varchar(20),
    PRIMARY KEY (order_id, line_no), FOREIGN KEY (order_id) REFERENCES orders (id));
  CREATE TABLE notes (id int PRIMARY KEY, order_id int, line_no int, body varchar(100),
    FOREIGN KEY (order_id, line_no) REFERENCES order_lines (order_id, line_no));
  CREATE TABLE labels (shop_region varchar(10), shop_id int, lang varchar(5), label varchar(50), id int PRIMARY KEY,
    FOREIGN KEY (shop_region, shop_id) REFERENCES shops (region, id));`;

const MAPPING = `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Shop:
    from: shops
    embed:
      orders:
        from: orders
        orderBy: placed desc
        limit: 2
        embed:
          lines:
            from: order_lines
            orderBy: line_no desc
            embed: { notes: { from: notes, as: { listOf: body } } }
        attributes: { id: '{id}', units: { sum: lines.qty }, lineCount: { count: lines } }
      skus: { from: orders, where: "total > 0", as: { setOf: total } }
      labels: { from: labels, as: { mapBy: lang, value: label } }
      byLabel: { from: labels, as: { mapBy: label }, attributes: [lang] }
      latest: { from: orders, orderBy: [placed desc, id], limit: 1, as: one, attributes: [id] }
    attributes:
      '*': true
      orderCount: { count: orders }
      spent: { sum: orders.total }
      least: { min: orders.total }
      last: { max: orders.placed }
    items:
      main: { key: { pk: 'SHOP#{region}#{id}', sk: SHOP } }
      counts: { key: { pk: 'SHOP#{region}#{id}', sk: COUNTS }, attributes: [orderCount, spent] }
`;

/** An item as plain values, keys and labels left out; sets sorted. */
function plain(json: string): Record<string, unknown> {
  const { pk: _pk, sk: _sk, _type, _src, ...rest } = JSON.parse(json);
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, untyped(value)]));
}

function untyped(value: unknown): unknown {
  const [[type, inner] = []] = Object.entries(value as object);
  if (type === 'L') return (inner as unknown[]).map(untyped);
  if (type === 'M')
    return Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, untyped(one)]));
  return type === 'NS' ? [...(inner as string[])].sort() : inner;
}

describe.each(engines)('embeds on %s', (engine, create) => {
  let database: Database;
  beforeAll(async () => {
    database = await create(TABLES);
  });
  afterAll(() => database?.drop());

  const empty = async () => {
    for (const table of ['labels', 'notes', 'order_lines', 'orders', 'shops'])
      await database.run(`DELETE FROM ${table}`);
  };

  test('are held in every shape, counted and added exactly', async () => {
    await empty();
    await database.run(`INSERT INTO shops VALUES ('eu', 1, 'one'), ('eu', 2, 'two'), ('us', 1, 'three');
      INSERT INTO orders VALUES (1, 'eu', 1, 12345678901234567890.0123456789, '2024-01-01'), (2, 'eu', 1, 0.0000000001, '2024-02-01'),
        (3, 'eu', 1, NULL, '2024-03-01'), (4, NULL, NULL, 7, '2024-01-01'), (5, 'us', 1, 5, '2024-01-01'), (6, 'eu', NULL, 9, '2024-01-01');
      INSERT INTO order_lines VALUES (2, 1, 9007199254740993, 'a'), (2, 2, 1, 'b'), (3, 1, NULL, 'c'), (1, 1, 8, 'cut off');
      INSERT INTO notes VALUES (1, 2, 1, 'first'), (2, 2, 1, 'second'), (3, 2, NULL, 'of nobody'), (4, 1, 1, 'cut off');
      INSERT INTO labels VALUES ('eu', 1, 'en', 'One', 1), ('eu', 1, 'de', 'Eins', 2), ('us', 1, 'en', 'x', 3), ('us', 1, 'en', 'y', 4),
        ('eu', 2, NULL, 'z', 5)`);
    const { items, rejects } = await mapAll(database.url, MAPPING, 1);
    expect(items.filter(({ copy }) => copy === 'main').map(({ json }) => plain(json))).toEqual([
      {
        region: 'eu',
        id: '1',
        name: 'one',
        orders: [
          { id: '3', lineCount: '1', lines: [{ lineNo: '1', sku: 'c', notes: [] }] },
          {
            id: '2',
            units: '9007199254740994',
            lineCount: '2',
            lines: [
              { lineNo: '2', qty: '1', sku: 'b', notes: [] },
              { lineNo: '1', qty: '9007199254740993', sku: 'a', notes: ['first', 'second'] },
            ],
          },
        ],
        skus: ['0.0000000001', '12345678901234567890.0123456789'],
        labels: { en: 'One', de: 'Eins' },
        byLabel: { One: { lang: 'en' }, Eins: { lang: 'de' } },
        latest: { id: '3' },
        orderCount: '3',
        spent: '12345678901234567890.012345679',
        least: '0.0000000001',
        last: '2024-03-01',
      },
    ]);
    expect(rejects.map(({ origin, code }) => [origin.key, code])).toEqual([
      [['eu', '2'], 'CHILD_KEY_MISSING'],
      [['us', '1'], 'CHILDREN_NOT_UNIQUE'],
    ]);
    expect(items.filter(({ copy }) => copy === 'counts').map(({ json }) => plain(json))).toEqual([
      { orderCount: '3', spent: '12345678901234567890.012345679' },
      { orderCount: '0' },
      { orderCount: '1', spent: '5' },
    ]);
  });

  test.each([
    ['of the root', 'orders'],
    ['of a child', 'lines'],
  ])('200,000 children %s end as an oversize reject, in bounded memory', async (_, level) => {
    await empty();
    const series =
      engine === 'Postgres'
        ? 'SELECT n, 7 + n AS m FROM generate_series(1, 200000) n'
        : 'SELECT seq AS n, 7 + seq AS m FROM seq_1_to_200000';
    await database.run(`INSERT INTO shops VALUES ('eu', 1, 'big'), ('eu', 2, 'next');
      INSERT INTO orders VALUES (0, 'eu', 1, 1, '2024-01-01'), (-1, 'eu', 2, 1, '2024-01-01')`);
    await database.run(
      level === 'orders'
        ? `INSERT INTO orders SELECT n, 'eu', 1, 1, '2024-01-01' FROM (${series}) s`
        : `INSERT INTO order_lines SELECT 0, n, m, 'a sku of some bytes' FROM (${series}) s`,
    );
    const mapping = MAPPING.replace('        limit: 2\n', '').replace(/ {6}skus.*\n/, '');
    let most = 0;
    const before = process.memoryUsage().rss;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - before);
    }, 20);
    const { items, rejects } = await mapAll(database.url, mapping, 10).finally(() => clearInterval(watch));
    expect(rejects.map(({ copy, origin, code }) => [copy, origin.key, code])).toContainEqual([
      'main',
      ['eu', '1'],
      'ITEM_TOO_LARGE',
    ]);
    expect(items.map(({ copy, origin }) => [copy, origin.key])).toContainEqual(['main', ['eu', '2']]);
    expect(most).toBeLessThan(250 * 1024 * 1024);
  });

  test('of random rows are what a plain computation makes of them', async () => {
    const nullable = (max: number) => fc.option(fc.integer({ min: 0, max }), { nil: null });
    const region = fc.constantFrom('eu', 'EU', 'é', "o'x");
    const world = fc.record({
      shops: fc.uniqueArray(fc.record({ region, id: fc.integer({ min: 0, max: 3 }) }), {
        maxLength: 6,
        // MariaDB's default collation takes eu and EU for one key.
        selector: ({ region: name, id }) => `${name.toLowerCase()}/${id}`,
      }),
      orders: fc.array(fc.record({ shop: nullable(5), total: nullable(1000), day: nullable(4) }), {
        maxLength: 15,
      }),
      lines: fc.array(fc.record({ order: fc.nat(14), qty: nullable(100) }), { maxLength: 25 }),
      notes: fc.array(fc.record({ line: nullable(24), body: fc.constantFrom('a', 'B', '') }), {
        maxLength: 15,
      }),
    });
    const mapping = MAPPING.replace('        limit: 2\n', '').replace(
      / {6}(skus|labels|byLabel|latest).*\n/g,
      '',
    );
    await fc.assert(
      fc.asyncProperty(
        world,
        fc.integer({ min: 1, max: 4 }),
        async ({ shops, orders, lines, notes }, size) => {
          const owned = orders.map((order, id) => ({ ...order, id, shop: shops[order.shop ?? -1] ?? null }));
          const numbered = lines.flatMap((line, no) => (line.order < orders.length ? [{ ...line, no }] : []));
          const noted = notes.map((note, id) => ({ ...note, id, line: numbered[note.line ?? -1] ?? null }));
          await empty();
          const text = (value: string | number | null) =>
            value === null
              ? 'NULL'
              : typeof value === 'number'
                ? String(value)
                : `'${value.replaceAll("'", "''")}'`;
          const insert = async (table: string, rows: readonly (readonly (string | number | null)[])[]) => {
            if (rows.length === 0) return;
            await database.run(
              `INSERT INTO ${table} VALUES ${rows.map((row) => `(${row.map(text).join(', ')})`).join(', ')}`,
            );
          };
          const dateOf = (day: number | null) => (day === null ? null : `2024-01-0${day + 1}`);
          await insert(
            'shops',
            shops.map(({ region: name, id }) => [name, id, null]),
          );
          await insert(
            'orders',
            owned.map(({ id, shop, total, day }) => [
              id,
              shop?.region ?? null,
              shop?.id ?? null,
              total,
              dateOf(day),
            ]),
          );
          await insert(
            'order_lines',
            numbered.map(({ order, no, qty }) => [order, no, qty, 's']),
          );
          await insert(
            'notes',
            noted.map(({ id, line, body }) => [id, line?.order ?? null, line?.no ?? null, body]),
          );

          const sum = (values: readonly (number | null)[]) => {
            const set = values.filter((value) => value !== null);
            return set.length === 0 ? undefined : String(set.reduce((one, other) => one + other, 0));
          };
          const expected = shops.map((shop) => {
            const own = owned.filter((order) => order.shop === shop);
            const totals = own.flatMap(({ total }) => total ?? []);
            const days = own.flatMap(({ day }) => day ?? []);
            return {
              region: shop.region,
              id: String(shop.id),
              orders: [...own]
                .sort((a, b) => (b.day ?? 9) - (a.day ?? 9) || a.id - b.id)
                .map(({ id }) => {
                  const held = numbered.filter((line) => line.order === id);
                  return {
                    id: String(id),
                    units: sum(held.map(({ qty }) => qty)),
                    lineCount: String(held.length),
                    lines: [...held].reverse().map((line) => ({
                      lineNo: String(line.no),
                      qty: line.qty === null ? undefined : String(line.qty),
                      sku: 's',
                      notes: noted.filter((note) => note.line === line).map(({ body }) => body),
                    })),
                  };
                }),
              orderCount: String(own.length),
              spent: sum(own.map(({ total }) => total)),
              least: totals.length === 0 ? undefined : String(Math.min(...totals)),
              last: days.length === 0 ? undefined : dateOf(Math.max(...days)),
            };
          });
          const { items, rejects } = await mapAll(database.url, mapping, size, 200);
          expect(rejects).toEqual([]);
          const made = items.filter(({ copy }) => copy === 'main').map(({ json }) => plain(json));
          const byKey = (a: { region?: unknown; id?: unknown }, b: typeof a) =>
            `${a.region}/${a.id}` < `${b.region}/${b.id}` ? -1 : 1;
          expect(made.sort(byKey)).toEqual([...expected].sort(byKey));
        },
      ),
      { numRuns: 15 },
    );
  }, 120_000);
});

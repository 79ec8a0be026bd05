import { describe, expect, test } from 'vitest';
import type { SelectParameter, SelectQuestion, Snapshot, Source } from '../../../src/source/source.js';
import type { SourceSchema } from '../../../src/source/source-schema.js';
import type { SourceFixture } from './fixture.js';
import { columnNamed, entityQuery, never, readAll, rowsOf, tableNamed, withSnapshot } from './queries.js';

interface Given {
  readonly schema: SourceSchema;
  readonly snapshot: Snapshot;
  readonly source: Source;
  readonly fixture: SourceFixture;
}

/** What an operator's own SELECT is answered, or that no SQL is understood. */
export function describeSelect(given: () => Given): void {
  const value = (table: string, column: string, text: string): SelectParameter => ({
    text,
    column: columnNamed(tableNamed(given().schema, table), column),
  });
  const question = (
    sql: string,
    parameters: { readonly [name: string]: SelectParameter } = {},
    most = 100,
  ): SelectQuestion => ({ sql, parameters: new Map(Object.entries(parameters)), most });
  const ask = (...of: Parameters<typeof question>) => given().snapshot.select(question(...of), never);
  const spoken = () => given().source.capabilities.where;
  const refused = async (asking: Promise<unknown>, message: RegExp | string) => {
    await expect(asking).rejects.toMatchObject({ code: 'SOURCE_QUERY' });
    await expect(asking).rejects.toThrow(message);
  };

  describe('an operator’s question', () => {
    test('is answered in its order, with the names of its columns, as raw text; or no SQL is understood', async () => {
      const sql = 'select id, total from orders where customer_id = {customerId} order by id desc';
      const asked = ask(sql, { customerId: value('orders', 'customer_id', '1') });
      if (!spoken()) return await refused(asked, /SQL/);
      const { columns, rows, more } = await asked;
      expect(columns).toEqual(['id', 'total'].map((name) => ({ name, exact: true })));
      expect(rows).toEqual([
        ['10', '9.50'],
        ['6', null],
        ['2', '1.50'],
      ]);
      expect(more).toBe(false);
    });

    test('gives each column the text that reading its table gives', async () => {
      if (!spoken()) return;
      for (const table of ['by_bigint', 'by_text', 'by_uuid', 'by_date', 'orders']) {
        const { columns, rows } = await ask(`select * from ${table}`);
        const own = entityQuery(given().schema, table);
        expect(columns.map(({ name }) => name)).toEqual(own.columns.map(({ column }) => column.name));
        expect([...rows].sort()).toEqual(rowsOf(await readAll(given().snapshot, own, 1000)).sort());
      }
    });

    test('takes values of every kind of key, and a parameter more than once', async () => {
      if (!spoken()) return;
      for (const table of ['by_bigint', 'by_text', 'by_uuid', 'by_date']) {
        const own = rowsOf(await readAll(given().snapshot, entityQuery(given().schema, table), 1000));
        for (const row of own) {
          const sql = `select id, label from ${table} where id = {id} and (id <= {id})`;
          const { rows } = await ask(sql, { id: value(table, 'id', String(row[0])) });
          expect([table, rows]).toEqual([table, [row]]);
        }
      }
    });

    test('takes a value as a value, whatever is in it', async () => {
      if (!spoken()) return;
      const hostile = "' or 1 = 1; delete from by_text; -- \\' {id}";
      const sql = "select id, '{id}' as shown /* {nobody} */ from by_text where id = {id} -- {nobody}";
      expect((await ask(sql, { id: value('by_text', 'id', hostile) })).rows).toEqual([]);
      const { rows } = await ask(sql, { id: value('by_text', 'id', "o'Neill") });
      expect(rows).toEqual([["o'Neill", '{id}']]);
    });

    test('keeps the first rows of many and says that there are more', async () => {
      if (!spoken()) return;
      const sql = 'select id from orders order by id';
      expect(await ask(sql, {}, 2)).toMatchObject({ rows: [['1'], ['2']], more: true });
      expect(await ask(sql, {}, 12)).toMatchObject({ more: false });
      // The table `empty` would have to be quoted: MySQL has a word EMPTY.
      expect(await ask('select id from orders where id < 0', {}, 2)).toMatchObject({ rows: [], more: false });
    });

    test('is of the snapshot’s moment', async () => {
      if (!spoken()) return;
      const { source, fixture } = given();
      const count = async (snapshot: Snapshot) =>
        (await snapshot.select(question('select count(*) from tags'), never)).rows[0]?.[0];
      await withSnapshot(source, async (own) => {
        expect(await count(own)).toBe('3');
        await fixture.insert('tags', ['4711', 'late']);
        expect(await count(own)).toBe('3');
        await withSnapshot(source, async (later) => expect(await count(later)).toBe('4'));
        await fixture.delete('tags', 'id', '4711');
      });
    });

    test.each([
      'delete from orders',
      '/* select */ delete from orders',
      'update orders set total = 0',
      'insert into tags values (5, null)',
      'drop table lines',
      'commit',
      'set transaction read write',
      "select 1 into outfile '/tmp/tablefold-never'",
      'select 1; delete from orders',
      '',
    ])('that is none is refused, and nothing is changed: %s', async (sql) => {
      if (!spoken()) return;
      const counted = async () => (await ask('select count(*), count(total) from orders')).rows;
      const before = await counted();
      await refused(ask(sql), /./);
      expect(await counted()).toEqual(before);
      await withSnapshot(given().source, async (own) => {
        const now = await own.select(question('select count(*), count(total) from orders'), never);
        expect(now.rows).toEqual(before);
      });
    });

    test('that the source cannot answer says what it complains of, and the next is answered', async () => {
      if (!spoken()) return;
      await refused(ask('select nothing_such from orders'), /nothing_such/);
      await refused(ask('select id from orders where id ='), /syntax/i);
      await refused(ask('select id from orders where id = {id}'), '{id}');
      expect((await ask('select id from orders where id = 1')).rows).toEqual([['1']]);
    });

    test('that the source cannot answer leaves every other read as it was', async () => {
      if (!spoken()) return;
      const { source, schema } = given();
      const orders = entityQuery(schema, 'orders');
      for (const consistency of ['snapshot', 'chunk'] as const) {
        const own = await source.openSnapshot({ concurrency: 1, consistency, signal: never });
        try {
          const before = rowsOf(await readAll(own, orders, 3));
          await refused(own.select(question('select nothing_such from orders'), never), /nothing_such/);
          expect(await own.countRows(orders, never)).toBe(before.length);
          await refused(own.select(question('select nothing_such from orders'), never), /nothing_such/);
          expect(rowsOf(await readAll(own, orders, 3))).toEqual(before);
        } finally {
          await own[Symbol.asyncDispose]();
        }
      }
    });

    test('ends with the reason of an abort', async () => {
      if (!spoken()) return;
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(given().snapshot.select(question('select 1'), signal)).rejects.toThrow('enough');
    });

    test('may be asked by several at once, chunk by chunk too', async () => {
      if (!spoken()) return;
      const { source } = given();
      const snapshot = await source.openSnapshot({ concurrency: 1, consistency: 'chunk', signal: never });
      try {
        for (const asked of [given().snapshot, snapshot]) {
          const answers = await Promise.all(
            Array.from({ length: 9 }, (_, n) => {
              const id = value('orders', 'id', String(n + 1));
              return asked.select(question('select id from orders where id = {id}', { id }), never);
            }),
          );
          expect(answers.map(({ rows }) => rows)).toEqual(answers.map((_, n) => [[String(n + 1)]]));
        }
      } finally {
        await snapshot[Symbol.asyncDispose]();
      }
    });
  });
}

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rootStatement } from '../../../../src/source/mysql/sql.js';
import { openSource } from '../../../../src/source/open-source.js';
import type { Snapshot, SnapshotOptions, Source } from '../../../../src/source/source.js';
import type { SourceSchema, TableName } from '../../../../src/source/source-schema.js';
import {
  collect,
  embedQuery,
  entityQuery,
  never,
  readAll,
  rowsOf,
  treesOf,
} from '../../../contract/source/queries.js';
import { createMySqlDatabase, type MySqlTestDatabase, numbers } from '../../../support/mariadb-database.js';
import { requireEngine } from '../../../support/require-resource.js';

const server = requireEngine('mariadb');
const PAGE_BYTES = 1024 * 1024;
const WIDE_ROWS = 200_000;
const CHILDREN = 10_000;

let database: MySqlTestDatabase;
let source: Source;
let schema: SourceSchema;

beforeAll(async () => {
  database = await createMySqlDatabase(
    server,
    `CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b));
     INSERT INTO pairs SELECT x.seq, y.seq FROM ${numbers(40)} x, ${numbers(50)} y;
     CREATE TABLE names (name varchar(20) COLLATE utf8mb4_general_ci PRIMARY KEY);
     INSERT INTO names VALUES ('a'), ('B'), ('c');
     CREATE TABLE spelled (id int PRIMARY KEY, name varchar(20) COLLATE utf8mb4_general_ci);
     INSERT INTO spelled VALUES (1, 'A'), (2, 'a'), (3, 'b'), (4, 'C'), (5, 'nobody');
     CREATE VIEW twice AS SELECT name FROM spelled;
     CREATE TABLE parents (id int PRIMARY KEY);
     INSERT INTO parents SELECT seq FROM ${numbers(20)} n;
     CREATE TABLE many (id int PRIMARY KEY, parent int, filler text, KEY (parent));
     INSERT INTO many SELECT seq, 3, repeat('x', 1000) FROM ${numbers(CHILDREN)} n;
     INSERT INTO many SELECT 20000 + seq, 4 + seq MOD 16, repeat('y', 5000) FROM ${numbers(500)} n;
     CREATE TABLE left_side (id int PRIMARY KEY); CREATE TABLE right_side (id int PRIMARY KEY);
     CREATE TABLE unsafe (id int PRIMARY KEY) ENGINE=MyISAM;
     ANALYZE TABLE pairs, many`,
  );
  source = await openSource(database.url);
  schema = await source.discover(never);
});
afterAll(async () => {
  await source?.[Symbol.asyncDispose]();
  await database?.drop();
});

async function inSnapshot<Result>(
  work: (snapshot: Snapshot) => Promise<Result>,
  options: Partial<SnapshotOptions> & { readonly from?: Source } = {},
): Promise<Result> {
  const { from = source, ...rest } = options;
  await using snapshot = await from.openSnapshot({ concurrency: 1, signal: never, ...safe, ...rest });
  return await work(snapshot);
}
/** Only these are read: the database also holds a table without snapshots. */
const tablesNamed = (...names: string[]): TableName[] =>
  names.map((name) => ({ schema: database.name, name }));
const safe = {
  get tables() {
    return tablesNamed('pairs', 'names', 'spelled', 'parents', 'many');
  },
};

async function onlyChunk(snapshot: Snapshot, query: ReturnType<typeof entityQuery>) {
  const [chunk] = await collect(snapshot.planChunks(query, { rowsPerChunk: 1_000_000 }));
  return chunk!;
}

const activity = (what: string) =>
  database.query(
    `SELECT id, info FROM information_schema.PROCESSLIST WHERE db = '${database.name}' AND id <> connection_id() AND ${what} ORDER BY id`,
  );

describe('keys', () => {
  test('of several columns are walked by ranges of the index', async () => {
    const range = { kind: 'span', after: ['20', '7'], upTo: ['20', '30'], taken: null } as const;
    const { text } = rootStatement(entityQuery(schema, 'pairs'), [range], 10);
    const [plan] = await database.query(`EXPLAIN FORMAT=TRADITIONAL ${text}`);
    expect(plan).toEqual(expect.arrayContaining(['range', 'PRIMARY']));
  });

  test('that the source takes for one are refused, although their text differs', async () => {
    await inSnapshot(async (snapshot) => {
      const query = entityQuery(schema, 'twice', { identifiedBy: ['name'], where: "name <> 'nobody'" });
      await expect(readAll(snapshot, query, 10)).rejects.toThrow(
        /two rows of twice have the same \(name\): \([aA]\)/,
      );
      const distinct = { ...query, where: "name NOT IN ('a', 'nobody')" };
      expect(rowsOf(await readAll(snapshot, distinct, 10))).toEqual([['b'], ['C']]);
    });
  });
});

describe('where', () => {
  const roots = (where: string) => entityQuery(schema, 'names', { where });

  test('cannot break out of its parentheses, with an OR or with a comment', async () => {
    await inSnapshot(async (snapshot) => {
      const [first] = await collect(snapshot.planChunks(roots('1 = 1 OR 1 = 1'), { rowsPerChunk: 1 }));
      for (const where of ['1 = 1 OR 1 = 1', '1 = 1 -- ', '1 = 1 # ']) {
        const pages = snapshot.readChunk(roots(where), first!, { pageBytes: 1000, signal: never });
        expect(rowsOf(treesOf(await collect(pages)))).toEqual([['a']]);
      }
    });
  });

  test('cannot begin another statement', async () => {
    const where = '1 = 1) AS r; DROP TABLE names; -- ';
    expect(await source.probe(roots(where), never)).toMatch(/error in your SQL syntax/);
    await inSnapshot((snapshot) => expect(snapshot.countRows(roots(where), never)).rejects.toThrow(/syntax/));
    expect(await database.query('SELECT count(*) FROM names')).toEqual([[3]]);
  });

  test('is probed: the complaint is one line', async () => {
    expect(await source.probe(roots('nmae = 1'), never)).toMatch(/^Unknown column 'nmae' in '.*'$/);
  });
});

describe('embeds', () => {
  test('meet their root by SQL’s equality, which ignores case here', async () => {
    const embeds = [embedQuery(schema, 'spelled', [{ local: 'name', remote: 'name' }])];
    const trees = await inSnapshot((snapshot) =>
      readAll(snapshot, { ...entityQuery(schema, 'names'), embeds }, 2),
    );
    expect(trees.map(({ row, children }) => [row[0], children[0]!.map((child) => child.row[1])])).toEqual([
      ['a', ['A', 'a']],
      ['B', ['b']],
      ['c', ['C']],
    ]);
  });

  test.each([1, 64 * 1024, PAGE_BYTES])(
    'of one root that pass what an item can hold are dropped and said so, in pages of %i bytes',
    async (pageBytes) => {
      const embeds = [embedQuery(schema, 'many', [{ local: 'id', remote: 'parent' }])];
      const query = { ...entityQuery(schema, 'parents'), embeds };
      const trees = await inSnapshot((snapshot) => readAll(snapshot, query, 100, pageBytes));
      expect(trees.map(({ row }) => row[0])).toEqual(Array.from({ length: 20 }, (_, n) => String(n + 1)));
      expect(trees.filter(({ overflow }) => overflow).map(({ row }) => row[0])).toEqual(['3']);
      const counts = trees.map(({ children }) => children[0]!.length);
      expect(counts.slice(0, 3)).toEqual([0, 0, 0]);
      expect(counts.reduce((sum, count) => sum + count)).toBe(500);
    },
  );
});

describe('a chunk', () => {
  test('ends promptly when it is aborted in a running query, which ends at the server too, and the snapshot stays', async () => {
    await inSnapshot(async (snapshot) => {
      const query = entityQuery(schema, 'names', { where: 'SLEEP(60) = 0' });
      const controller = new AbortController();
      const counting = snapshot.countRows(query, controller.signal);
      const waiting = snapshot.countRows(entityQuery(schema, 'names'), never);
      await expect.poll(() => activity("info LIKE '%SLEEP(60)%'")).toHaveLength(1);
      controller.abort(new Error('enough'));
      await expect(counting).rejects.toThrow('enough');
      expect(await activity("info LIKE '%SLEEP(60)%'")).toEqual([]);
      expect(await waiting).toBe(3);
    });
  });

  test('of many wide rows is read in flat memory', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    await using wide = await createMySqlDatabase(
      server,
      `CREATE TABLE wide (id int PRIMARY KEY, text text, child int);
       INSERT INTO wide SELECT seq, repeat(lpad(seq, 32, '0'), 20), seq MOD 1000 FROM ${numbers(WIDE_ROWS)} n`,
    );
    await using from = await openSource(wide.url);
    const query = entityQuery(await from.discover(never), 'wide');
    await inSnapshot(
      async (snapshot) => {
        const chunk = await onlyChunk(snapshot, query);
        collectGarbage();
        const before = process.memoryUsage();
        let [rows, bytes, most, pages] = [0, 0, 0, 0];
        for await (const page of snapshot.readChunk(query, chunk, { pageBytes: PAGE_BYTES, signal: never })) {
          rows += page.rows.length;
          bytes += page.bytes;
          pages += 1;
          expect(page.bytes).toBeLessThan(2 * PAGE_BYTES);
          if (pages % 20 === 0) {
            collectGarbage();
            const now = process.memoryUsage();
            most = Math.max(most, now.heapUsed + now.external - before.heapUsed - before.external);
          }
        }
        expect(rows).toBe(WIDE_ROWS);
        expect(bytes).toBeGreaterThan(WIDE_ROWS * 640);
        // 130 MB went by; what stays is a page or two and the driver's buffers.
        expect(most).toBeLessThan(24 * 1024 * 1024);
      },
      { from, tables: [] },
    );
  });
});

describe('a snapshot', () => {
  // One of them twice: a table may be read by several entities.
  const sides = () => ({ tables: tablesNamed('left_side', 'right_side', 'left_side') });
  const counts = (snapshot: Snapshot) =>
    Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        snapshot.countRows(entityQuery(schema, n % 2 === 0 ? 'left_side' : 'right_side'), never),
      ),
    );

  test('is one moment over several connections, while others write', async () => {
    let stop = false;
    const writing = (async () => {
      for (let id = 1; !stop; id += 1) {
        await database.query(
          `START TRANSACTION; INSERT INTO left_side VALUES (${id}); INSERT INTO right_side VALUES (${id}); COMMIT`,
        );
      }
    })();
    for (let round = 0; round < 5; round += 1) {
      await inSnapshot(
        async (snapshot) => {
          expect(snapshot).toMatchObject({
            consistent: true,
            position: expect.stringMatching(/^gtid:(0-1-\d+|[-0-9a-f]{36}:\S+)$/),
          });
          expect(new Set(await counts(snapshot)).size).toBe(1);
        },
        { concurrency: 4, ...sides() },
      );
    }
    stop = true;
    await writing;
  });

  test('holds a session for each reader and nothing else, no lock either, and none once it is closed', async () => {
    // By their ids: sessions of the test before may still be ending.
    const before = (await activity('true')).map(([id]) => id);
    const opened = async () => (await activity('true')).filter(([id]) => !before.includes(id));
    await inSnapshot(
      async () => {
        await expect.poll(opened).toHaveLength(3);
        await database.query('INSERT INTO left_side VALUES (-1); INSERT INTO right_side VALUES (-1)');
      },
      { concurrency: 3, ...sides() },
    );
    await expect.poll(opened).toEqual([]);
  });

  test('is read over one connection by who may not lock tables, or does not say which', async () => {
    const user = `plain_${database.name.slice(-8)}`;
    await database.query(
      `CREATE USER ${user}@'%' IDENTIFIED BY 'readonly'; GRANT SELECT ON ${database.name}.* TO ${user}@'%'`,
    );
    const url = new URL(database.url);
    url.username = user;
    url.password = 'readonly';
    await using from = await openSource(url.href);
    const before = (await activity('true')).length;
    for (const options of [{ from, ...sides() }, { tables: undefined }]) {
      await inSnapshot(
        async (snapshot) => {
          await expect.poll(async () => (await activity('true')).length - before).toBe(1);
          expect(snapshot.consistent).toBe('from' in options);
          expect(snapshot.position).toMatch(/^gtid:/);
          expect(new Set(await counts(snapshot)).size).toBe(1);
        },
        { concurrency: 3, ...options } as Partial<SnapshotOptions>,
      );
    }
    await database.query(`DROP USER ${user}`);
  });

  test('with a table that has none does not claim to be consistent', async () => {
    const consistent = (...names: string[]) =>
      inSnapshot(async (snapshot) => snapshot.consistent, { concurrency: 2, tables: tablesNamed(...names) });
    expect(await consistent('pairs', 'unsafe')).toBe(false);
    // A view may read any table.
    expect(await consistent('twice')).toBe(false);
    expect(await consistent('pairs')).toBe(true);
  });

  test('whose sessions are gone says so, and what to do', async () => {
    await inSnapshot(async (snapshot) => {
      const before = await activity('true');
      const query = entityQuery(schema, 'pairs');
      const chunk = await onlyChunk(snapshot, query);
      await database.query(`KILL ${before.at(-1)?.[0]}`);
      const read = () => collect(snapshot.readChunk(query, chunk, { pageBytes: 4096, signal: never }));
      const lost = await read().catch((error: unknown) => error);
      expect(lost).toMatchObject({ code: expect.stringMatching(/SOURCE_(LOST|SNAPSHOT)/) });
      await expect(read()).rejects.toMatchObject({
        code: 'SOURCE_SNAPSHOT',
        hint: expect.stringContaining('--resume'),
      });
    });
  });

  test('cannot be opened once its signal is aborted', async () => {
    const signal = AbortSignal.abort(new Error('before'));
    await expect(source.openSnapshot({ concurrency: 1, signal })).rejects.toThrow('before');
  });

  test('that is closed ends readers in the middle', async () => {
    const snapshot = await source.openSnapshot({ concurrency: 1, signal: never });
    const counting = snapshot.countRows(entityQuery(schema, 'names', { where: 'SLEEP(60) = 0' }), never);
    const ended = expect(counting).rejects.toMatchObject({ code: 'SOURCE_LOST' });
    await expect.poll(() => activity("info LIKE '%SLEEP(60)%'")).toHaveLength(1);
    await snapshot[Symbol.asyncDispose]();
    await ended;
    await expect.poll(() => activity("info LIKE '%SLEEP(60)%'")).toEqual([]);
  });
});

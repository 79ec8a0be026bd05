import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSource } from '../../../../src/source/open-source.js';
import type { EntityQuery } from '../../../../src/source/row-query.js';
import type { Chunk, Snapshot, Source } from '../../../../src/source/source.js';
import type { SourceSchema } from '../../../../src/source/source-schema.js';
import {
  collect,
  embedQuery,
  entityQuery,
  never,
  readAll,
  rowsOf,
} from '../../../contract/source/queries.js';
import { createDatabase, type TestDatabase } from '../../../support/postgres-database.js';
import { requireEngine } from '../../../support/require-resource.js';

const server = requireEngine('postgres');
const PAGE_BYTES = 1024 * 1024;
const WIDE_ROWS = 300_000;

const SCHEMA = `
  CREATE TABLE numbers (id int PRIMARY KEY, parity int, label text);
  INSERT INTO numbers SELECT n, n % 2, 'row ' || n FROM generate_series(1, 20000) n;
  CREATE VIEW odd AS SELECT id, label FROM numbers WHERE parity = 1 AND id < 100;
  CREATE MATERIALIZED VIEW kept AS SELECT id, label FROM numbers WHERE id % 100 = 0;
  CREATE TABLE events (at date NOT NULL, id int NOT NULL, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
  CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2024-02-01') TO ('2025-01-01');
  INSERT INTO events SELECT date '2024-01-01' + n, n FROM generate_series(0, 59) n;
  CREATE SCHEMA "Sales Dept";
  CREATE TABLE "Sales Dept"."select" ("from" text PRIMARY KEY, "quo""te" int);
  INSERT INTO "Sales Dept"."select" VALUES ('a', 1), ('B', 2), ('c', 3);
  CREATE COLLATION ignoring_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE TABLE insensitive (id text COLLATE ignoring_case PRIMARY KEY);
  INSERT INTO insensitive SELECT chr(97 + n % 26) || chr(CASE n % 2 WHEN 0 THEN 65 ELSE 97 END + n / 26) FROM generate_series(0, 99) n;
  CREATE TABLE insensitive_child (id int PRIMARY KEY, parent text COLLATE ignoring_case REFERENCES insensitive);
  INSERT INTO insensitive_child SELECT row_number() OVER (), upper(id) FROM insensitive;
  CREATE TABLE parents (id numeric PRIMARY KEY, name text);
  INSERT INTO parents VALUES (1.0, 'one'), (2, 'two');
  CREATE TABLE children (id int PRIMARY KEY, parent_id numeric, text text);
  INSERT INTO children SELECT n, 1.00, repeat('x', 1000) FROM generate_series(1, 5000) n;
  INSERT INTO children VALUES (9001, 2, 'small');
  ANALYZE;`;

let database: TestDatabase;
let source: Source;
let schema: SourceSchema;

beforeAll(async () => {
  database = await createDatabase(server, SCHEMA);
  source = await openSource(database.url);
  schema = await source.discover(never);
});
afterAll(async () => {
  await source?.[Symbol.asyncDispose]();
  await database?.drop();
});

async function inSnapshot(
  work: (snapshot: Snapshot) => Promise<void>,
  { concurrency = 1, from = source }: { readonly concurrency?: number; readonly from?: Source } = {},
): Promise<void> {
  const snapshot = await from.openSnapshot({ concurrency, signal: never });
  try {
    await work(snapshot);
  } finally {
    await snapshot[Symbol.asyncDispose]();
  }
}

async function onlyChunk(snapshot: Snapshot, query: EntityQuery): Promise<Chunk> {
  const chunks = await collect(snapshot.planChunks(query, { rowsPerChunk: 10_000_000 }));
  expect(chunks).toHaveLength(1);
  return chunks[0]!;
}

const activity = (where: string) =>
  database.query<{ pid: number; state: string; query: string }>(
    `SELECT pid, state, query FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND ${where}`,
  );

describe('roots', () => {
  const cases: readonly (readonly [string, string, Partial<Parameters<typeof entityQuery>[2]>, number])[] = [
    ['a view with identifiedBy', 'odd', { identifiedBy: ['id'] }, 50],
    ['a materialized view with identifiedBy', 'kept', { identifiedBy: ['id'] }, 200],
    ['a partitioned table', 'events', {}, 60],
    ['a table with reserved and quoted names in another schema', 'Sales Dept.select', {}, 3],
    ['a key in a nondeterministic collation', 'insensitive', {}, 100],
  ];
  test.each(cases)('%s is read whole, whatever the size of the chunks', async (_, label, more, count) => {
    await inSnapshot(async (snapshot) => {
      const query = entityQuery(schema, label, more);
      const whole = rowsOf(await readAll(snapshot, query, 1000));
      expect(whole).toHaveLength(count);
      expect(rowsOf(await readAll(snapshot, query, 7))).toEqual(whole);
    });
  });

  test('citext keys are walked as citext compares them', async () => {
    const own = await createDatabase(
      server,
      `CREATE EXTENSION citext; CREATE TABLE words (id citext PRIMARY KEY);
       INSERT INTO words SELECT CASE n % 2 WHEN 0 THEN 'A' ELSE 'b' END || n FROM generate_series(1, 50) n`,
    );
    const from = await openSource(own.url);
    const query = entityQuery(await from.discover(never), 'words');
    await inSnapshot(
      async (snapshot) => {
        expect(await readAll(snapshot, query, 3)).toHaveLength(50);
      },
      { from },
    );
    await from[Symbol.asyncDispose]();
    await own.drop();
  });

  test('a key whose operators are not on the search_path is refused: its rows would fall between chunks', async () => {
    const own = await createDatabase(
      server,
      `CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE DOMAIN word AS ext.citext;
       CREATE TABLE words (id word PRIMARY KEY)`,
    );
    const from = await openSource(own.url);
    const query = entityQuery(await from.discover(never), 'words');
    await inSnapshot(
      async (snapshot) => {
        await expect(readAll(snapshot, query, 3)).rejects.toMatchObject({
          code: 'SOURCE_QUERY',
          message: expect.stringContaining('schema ext'),
          hint: expect.stringContaining('search_path'),
        });
      },
      { from },
    );
    await from[Symbol.asyncDispose]();
    await own.drop();
  });
});

test('a source that is slow is asked for as many rows as come in half a second', async () => {
  await inSnapshot(async (snapshot) => {
    const query = entityQuery(schema, 'numbers', { where: 'id <= 90 AND pg_sleep(0.02) IS NOT NULL' });
    const chunk = await onlyChunk(snapshot, query);
    const pages: number[] = [];
    for await (const page of snapshot.readChunk(query, chunk, { pageBytes: PAGE_BYTES, signal: never })) {
      pages.push(page.rows.length);
    }
    expect(pages.reduce((sum, rows) => sum + rows, 0)).toBe(90);
    expect(Math.max(...pages)).toBeLessThanOrEqual(25); // a row takes 20 ms at least
  });
});

describe('where', () => {
  const odd = (where: string) => entityQuery(schema, 'numbers', { where });

  test('cannot break out of its parentheses, with an OR or with a comment', async () => {
    await inSnapshot(async (snapshot) => {
      const keys = async (where: string) =>
        rowsOf(await readAll(snapshot, odd(where), 5000)).map((row) => row[0]);
      expect(await keys('id = 3 OR id = 5 OR id IN (9, 7)')).toEqual(['3', '5', '7', '9']);
      expect(await keys('id = 3 -- or so')).toEqual(['3']);
      expect(await keys('id = 3 /* or */ OR false')).toEqual(['3']);
      expect(await keys('numbers.id = 3')).toEqual(['3']);
    });
  });

  test('is probed: the complaint is one line with its place', async () => {
    expect(await source.probe(odd('parity = 1'), never)).toBeNull();
    expect(await source.probe(odd('pairity = 1'), never)).toBe(
      'column "pairity" does not exist at character 1 of where (Perhaps you meant to reference the column "numbers.parity".)',
    );
    expect(await source.probe(odd('parity = '), never)).toMatch(/^syntax error/);
    expect(await source.probe(odd("'ä' = 'ä' AND parity = 'x'"), never)).toMatch(
      /invalid input syntax for type integer: "x" at character 24 of where/,
    );
    const embed = embedQuery(schema, 'children', [{ local: 'id', remote: 'parent_id' }], { where: 'wrong' });
    const query = { ...entityQuery(schema, 'parents'), embeds: [embed] };
    expect(await source.probe(query, never)).toMatch(/^embed children: column "wrong" does not exist/);
  });
});

describe('privileges', () => {
  let limited: Source;
  let role: string;
  beforeAll(async () => {
    role = `limited_${database.name}`;
    await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x';
      GRANT SELECT (id, parity) ON numbers TO ${role};
      CREATE TABLE policed (id int PRIMARY KEY, owner text);
      ALTER TABLE policed ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON policed USING (owner = current_user);
      INSERT INTO policed VALUES (1, 'somebody');
      GRANT SELECT ON policed TO ${role}`);
    const url = new URL(database.url);
    url.username = role;
    url.password = 'x';
    limited = await openSource(url.href);
  });
  afterAll(async () => {
    await limited?.[Symbol.asyncDispose]();
    await database.query(`DROP TABLE policed; DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  test('on the columns that are read suffice', async () => {
    const query = entityQuery(schema, 'numbers');
    const columns = query.columns.filter(({ column }) => column.name !== 'label');
    expect(await limited.probe({ ...query, columns, where: 'parity = 1' }, never)).toBeNull();
    expect(await limited.probe(query, never)).toMatch(/permission denied for table numbers/);
    await inSnapshot(
      async (snapshot) => {
        expect(await readAll(snapshot, { ...query, columns }, 10_000)).toHaveLength(20_000);
      },
      { from: limited },
    );
  });

  test('rows that a policy hides are an error, not missing', async () => {
    const query = entityQuery(await limited.discover(never), 'policed');
    expect(await limited.probe(query, never)).toMatch(/row-level security/);
    await inSnapshot(
      async (snapshot) => {
        await expect(readAll(snapshot, query, 10)).rejects.toMatchObject({
          code: 'SOURCE_ACCESS_DENIED',
          hint: expect.stringContaining('BYPASSRLS'),
        });
      },
      { from: limited },
    );
  });

  test('to export snapshots, where they lack, cost the one moment, and it says so', async () => {
    await database.query('REVOKE EXECUTE ON FUNCTION pg_export_snapshot() FROM PUBLIC');
    try {
      const query = entityQuery(schema, 'numbers');
      const columns = query.columns.filter(({ column }) => column.name === 'id');
      await inSnapshot(
        async (snapshot) => {
          expect(snapshot.consistent).toBe(false);
          expect(snapshot.position).toMatch(/^lsn:[0-9A-F]+\/[0-9A-F]+$/);
          expect(await readAll(snapshot, { ...query, columns }, 5000)).toHaveLength(20_000);
        },
        { from: limited },
      );
    } finally {
      await database.query('GRANT EXECUTE ON FUNCTION pg_export_snapshot() TO PUBLIC');
    }
  });
});

describe('embeds', () => {
  const query = (root: string, child: string, remote: string, more = {}) => ({
    ...entityQuery(schema, root),
    embeds: [embedQuery(schema, child, [{ local: 'id', remote }], more)],
  });

  test('meet their root by SQL’s equality: case, scale', async () => {
    await inSnapshot(async (snapshot) => {
      const trees = await readAll(snapshot, query('insensitive', 'insensitive_child', 'parent'), 9);
      expect(trees.every(({ children }) => children[0]!.length === 1)).toBe(true);
      expect(trees).toHaveLength(100);
    });
  });

  test('of one root that pass what an item can hold are dropped, and the row says so', async () => {
    await inSnapshot(async (snapshot) => {
      const [one, two] = await readAll(snapshot, query('parents', 'children', 'parent_id'), 10, PAGE_BYTES);
      expect(one).toMatchObject({ overflow: true, children: [[]] });
      expect(two).toMatchObject({ overflow: false });
      expect(two!.children[0]!.map((child) => child.row[0])).toEqual(['9001']);
    });
  });
});

describe('a chunk', () => {
  /** Postgres divides by zero when it gets to row 5000, and not before. */
  const failing = () => entityQuery(schema, 'numbers', { where: '1 / (id - 5000) IS NOT NULL' });

  test('is read by a cursor of the server, a page when it is asked for', async () => {
    await inSnapshot(async (snapshot) => {
      const chunk = await onlyChunk(snapshot, failing());
      let rows = 0;
      await expect(async () => {
        for await (const page of snapshot.readChunk(failing(), chunk, { pageBytes: 4096, signal: never })) {
          rows += page.rows.length;
          expect(page.bytes).toBeLessThan(3 * 4096);
        }
      }).rejects.toMatchObject({ code: 'SOURCE_QUERY', message: expect.stringContaining('22012') });
      expect(rows).toBeGreaterThan(4000);
      // The session serves the next chunk: its transaction was rolled back.
      expect(await readAll(snapshot, entityQuery(schema, 'numbers'), 20_000)).toHaveLength(20_000);
    });
  });

  test('that is left early ends at the server too', async () => {
    await inSnapshot(async (snapshot) => {
      const chunk = await onlyChunk(snapshot, failing());
      for await (const _ of snapshot.readChunk(failing(), chunk, { pageBytes: 4096, signal: never })) break;
      expect(await activity(`query LIKE '%5000%' AND state = 'active'`)).toEqual([]);
    });
  });

  test('ends promptly when it is aborted in a running query, which ends at the server as well', async () => {
    await inSnapshot(async (snapshot) => {
      const chunk = await onlyChunk(snapshot, entityQuery(schema, 'numbers'));
      const slow = entityQuery(schema, 'numbers', { where: 'pg_sleep(600) IS NOT NULL' });
      const controller = new AbortController();
      const reading = collect(
        snapshot.readChunk(slow, chunk, { pageBytes: PAGE_BYTES, signal: controller.signal }),
      ).catch((error: unknown) => error);
      const running = () => activity(`query LIKE '%pg_sleep(600)%' AND state = 'active'`);
      await expect.poll(running).toHaveLength(1);
      const reason = new Error('stop now');
      controller.abort(reason);
      expect(await reading).toBe(reason);
      await expect.poll(running, { timeout: 10_000 }).toEqual([]);
      expect(await readAll(snapshot, entityQuery(schema, 'numbers'), 20_000)).toHaveLength(20_000);
    });
  });

  test('of many wide rows is read in flat memory', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const wide = await createDatabase(
      server,
      `CREATE TABLE wide (id int PRIMARY KEY, text text, child int);
       INSERT INTO wide SELECT n, repeat(md5(n::text), 20), n % 1000 FROM generate_series(1, ${WIDE_ROWS}) n;
       CREATE TABLE one (id int PRIMARY KEY); INSERT INTO one VALUES (1); ANALYZE`,
    );
    const from = await openSource(wide.url);
    const query = entityQuery(await from.discover(never), 'wide');
    await inSnapshot(
      async (snapshot) => {
        const chunk = await onlyChunk(snapshot, query);
        collectGarbage();
        const before = process.memoryUsage().heapUsed;
        let [rows, bytes, most, pages] = [0, 0, 0, 0];
        for await (const page of snapshot.readChunk(query, chunk, { pageBytes: PAGE_BYTES, signal: never })) {
          rows += page.rows.length;
          bytes += page.bytes;
          pages += 1;
          expect(page.bytes).toBeLessThan(2 * PAGE_BYTES);
          if (pages % 50 === 0) {
            collectGarbage();
            most = Math.max(most, process.memoryUsage().heapUsed - before);
          }
        }
        expect(rows).toBe(WIDE_ROWS);
        expect(bytes).toBeGreaterThan(WIDE_ROWS * 640);
        // 190 MB went by; what stays is a page or two and the driver's buffers.
        expect(most).toBeLessThan(24 * 1024 * 1024);
      },
      { from },
    );
    await from[Symbol.asyncDispose]();
    await wide.drop();
  });
});

describe('a snapshot', () => {
  test('holds as many sessions as are needed, and none once it is closed', async () => {
    const before = await activity('true');
    await inSnapshot(
      async (snapshot) => {
        const query = entityQuery(schema, 'numbers');
        const chunks = await collect(snapshot.planChunks(query, { rowsPerChunk: 2000 }));
        await Promise.all(
          chunks.map((chunk) =>
            collect(snapshot.readChunk(query, chunk, { pageBytes: 4096, signal: never })),
          ),
        );
        // The coordinator, the planner and three readers.
        expect((await activity('true')).length - before.length).toBe(5);
      },
      { concurrency: 3 },
    );
    await expect.poll(async () => (await activity('true')).length).toBe(before.length);
  });

  test('that lost its coordinator says so, and what to do', async () => {
    await inSnapshot(async (snapshot) => {
      const query = entityQuery(schema, 'numbers');
      const chunk = await onlyChunk(snapshot, query);
      const [coordinator] = await activity(`query LIKE '%pg_export_snapshot%'`);
      await database.query(`SELECT pg_terminate_backend(${coordinator!.pid}, 5000)`);
      const reading = collect(snapshot.readChunk(query, chunk, { pageBytes: 4096, signal: never }));
      await expect(reading).rejects.toMatchObject({
        code: 'SOURCE_SNAPSHOT',
        hint: expect.stringContaining('--resume'),
      });
    });
  });

  test('that lost a reader reports the chunk as lost, and reads it again on another session', async () => {
    await inSnapshot(async (snapshot) => {
      const query = entityQuery(schema, 'numbers');
      const chunk = await onlyChunk(snapshot, query);
      const reading = (async () => {
        for await (const _ of snapshot.readChunk(query, chunk, { pageBytes: 4096, signal: never })) {
          const [reader] = await activity(`query LIKE '%ORDER BY r."id"%' AND state = 'active'`);
          if (reader !== undefined) await database.query(`SELECT pg_terminate_backend(${reader.pid}, 5000)`);
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: 'SOURCE_LOST' });
      expect(await readAll(snapshot, query, 20_000)).toHaveLength(20_000);
    });
  });

  test('cannot be opened once its signal is aborted', async () => {
    const signal = AbortSignal.abort(new Error('before'));
    await expect(source.openSnapshot({ concurrency: 1, signal })).rejects.toThrow('before');
  });

  test('needs no session for what nobody asks, and closing it ends readers in the middle', async () => {
    const snapshot = await source.openSnapshot({ concurrency: 1, signal: never });
    const query = entityQuery(schema, 'numbers');
    const pages = snapshot.readChunk(query, await onlyChunk(snapshot, query), {
      pageBytes: 64,
      signal: never,
    });
    const iterator = pages[Symbol.asyncIterator]();
    await iterator.next();
    await snapshot[Symbol.asyncDispose]();
    await expect(iterator.next()).rejects.toMatchObject({ code: 'SOURCE_LOST' });
  });
});

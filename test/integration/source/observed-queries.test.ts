import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { init } from '../../../src/operations/init.js';
import { readObservedQueries } from '../../../src/source/mysql/observed-queries.js';
import { openSource } from '../../../src/source/open-source.js';
import { createMySqlDatabase } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const postgresUrl = requireEngine('postgres');
const mariadbUrl = requireEngine('mariadb');
const TABLE = 'CREATE TABLE orders (id int PRIMARY KEY, country char(2) NOT NULL, total int NOT NULL)';
const { signal } = new AbortController();

function withUser(url: string, user: string, password: string): string {
  const changed = new URL(url);
  changed.username = user;
  changed.password = password;
  return changed.href;
}

describe('Postgres', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  const role = `seen_${process.pid}`;
  beforeAll(async () => {
    database = await createDatabase(postgresUrl, TABLE);
  });
  afterAll(async () => {
    await database?.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await database?.drop();
  });

  it('says what keeps the queries from being read, and which grant shows those of others', async () => {
    await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'known'; GRANT SELECT ON orders TO ${role}`);
    await using source = await openSource(withUser(database.url, role, 'known'));
    expect(await source.observedQueries(signal)).toMatchObject({
      queries: [],
      unreadable: {
        why: 'the extension pg_stat_statements is not created in this database',
        hint: expect.stringContaining('CREATE EXTENSION pg_stat_statements'),
      },
    });
    await database.query('CREATE EXTENSION pg_stat_statements');
    await database.query('SELECT id FROM orders WHERE total = $1', [1]);
    expect((await source.observedQueries(signal)).unreadable).toEqual({
      why: expect.stringMatching(/^pg_stat_statements hides \d+ statements of other users$/),
      hint: `GRANT pg_read_all_stats TO "${role}".`,
    });
    await database.query('REVOKE SELECT ON pg_stat_statements FROM PUBLIC');
    expect((await source.observedQueries(signal)).unreadable).toEqual({
      why: 'permission denied for view pg_stat_statements',
      hint: `GRANT SELECT ON "public".pg_stat_statements; GRANT pg_read_all_stats TO "${role}".`,
    });
    await database.query('GRANT SELECT ON pg_stat_statements TO PUBLIC');
  });

  it('counts what the application asks, which the draft takes as access patterns', async () => {
    const asked = 'SELECT id, total FROM orders WHERE country = $1 ORDER BY total DESC LIMIT 20';
    for (let at = 0; at < 12; at += 1) await database.query(asked, ['DE']);
    await database.query('SELECT country, sum(total) FROM orders GROUP BY country');
    await using source = await openSource(database.url);
    const { queries, unreadable } = await source.observedQueries(signal);
    expect(unreadable).toBeNull();
    expect(queries.find(({ sql }) => sql.includes('WHERE country'))).toEqual({
      sql: 'SELECT id, total FROM orders WHERE country = $1 ORDER BY total DESC LIMIT $2',
      calls: 12,
      totalMs: expect.any(Number),
    });
    const { text, report } = await init({ source, file: 'mapping.yaml', signal });
    expect(report).toMatchObject({ errors: 0, queries: { from: 'pg_stat_statements', unreadable: null } });
    expect(text).toContain('  # Seen 12 times.\n  ordersByCountry:\n');
    expect(text).toContain('\n#   once, ');
    expect(text).toContain('SELECT country, sum(total) FROM orders GROUP BY country\n');
  });
});

describe('MariaDB', () => {
  let database: Awaited<ReturnType<typeof createMySqlDatabase>>;
  const user = `seen_${process.pid}`;
  beforeAll(async () => {
    database = await createMySqlDatabase(mariadbUrl, TABLE);
    // It holds a thousand statements, and those of the tests before may have filled it.
    await database.query('TRUNCATE TABLE performance_schema.events_statements_summary_by_digest');
  });
  afterAll(async () => {
    await database?.query(`DROP USER IF EXISTS '${user}'@'%'`);
    await database?.drop();
  });

  it('counts what the application asks, which the draft takes as access patterns', async () => {
    const asked = "SELECT id, total FROM orders WHERE country = 'DE' ORDER BY total DESC LIMIT 20";
    for (let at = 0; at < 12; at += 1) await database.query(asked);
    await using source = await openSource(database.url);
    const { queries, unreadable } = await source.observedQueries(signal);
    expect(unreadable).toBeNull();
    expect(queries.find(({ sql }) => /WHERE `?country/.test(sql))).toMatchObject({ calls: 12 });
    const { text, report } = await init({ source, file: 'mapping.yaml', signal });
    expect(report).toMatchObject({ errors: 0, queries: { from: 'performance_schema', drafted: 1 } });
    expect(text).toContain('  # Seen 12 times.\n  ordersByCountry:\n');
  });

  it('says which grant the user lacks', async () => {
    const { pathname } = new URL(database.url);
    await database.query(`CREATE USER '${user}'@'%' IDENTIFIED BY 'known'`);
    await database.query(`GRANT SELECT ON \`${pathname.slice(1)}\`.* TO '${user}'@'%'`);
    await using source = await openSource(withUser(database.url, user, 'known'));
    expect(await source.observedQueries(signal)).toEqual({
      from: 'performance_schema',
      queries: [],
      unreadable: {
        why: expect.stringMatching(/command denied to user/),
        hint: 'GRANT SELECT ON performance_schema.* TO this user.',
      },
    });
  });

  it('says which settings are off', async () => {
    const off = await readObservedQueries(async () => [['0']]);
    expect(off.unreadable?.why).toBe('performance_schema is off');
    const uncounted = await readObservedQueries(async ({ text }) =>
      text.includes('@@') ? [['1']] : text.includes('setup_') ? [['2', '0']] : [],
    );
    expect(uncounted.unreadable?.why).toBe('performance_schema does not count statements');
  });
});

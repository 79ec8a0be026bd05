import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DraftOffer, OfferedTable } from '../../../src/operations/draft-choices.js';
import { init } from '../../../src/operations/init.js';
import { openSource } from '../../../src/source/open-source.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const postgresUrl = requireEngine('postgres');
const { signal } = new AbortController();

const SCHEMA = `
  CREATE TABLE countries (id int PRIMARY KEY, name varchar(40) NOT NULL);
  CREATE TABLE logs (id int PRIMARY KEY);
  CREATE TABLE orders (id int PRIMARY KEY, country_id int NOT NULL REFERENCES countries, code varchar(9) UNIQUE);
  CREATE INDEX ON orders (country_id);
  INSERT INTO countries SELECT n, 'C' || n FROM generate_series(1, 30) n;
  INSERT INTO orders SELECT n, 1 + n % 30, n::text FROM generate_series(1, 600) n;
  ANALYZE`;

describe('init asks, or is told', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  beforeAll(async () => {
    database = await createDatabase(postgresUrl, SCHEMA);
  });
  afterAll(() => database?.drop());

  it('which tables, joins and access patterns: what is declined is not in the draft', async () => {
    await using source = await openSource(database.url);
    const offered: (DraftOffer | readonly OfferedTable[])[] = [];
    const answered = await init({
      source,
      file: 'mapping.yaml',
      signal,
      questions: {
        async tables(tables) {
          offered.push(tables);
          return tables.map(({ name }) => name).filter((name) => name !== 'public.logs');
        },
        async decline(offer) {
          offered.push(offer);
          return ['join orders(country_id)', 'orders(code)'];
        },
      },
    });
    expect(offered).toEqual([
      [
        { name: 'public.countries', rows: 30 },
        { name: 'public.logs', rows: 0 },
        { name: 'public.orders', rows: 600 },
      ],
      {
        joins: [{ name: 'join orders(country_id)', about: 'its country: name' }],
        foreignKeys: [{ name: 'orders(country_id)', about: '' }],
        patterns: [{ name: 'orders(code)', about: '' }],
      },
    ]);
    expect(answered.report).toMatchObject({
      errors: 0,
      entities: [{ entity: 'Country' }, { entity: 'Order', askedBy: [['country_id']] }],
    });
    expect(answered.text).not.toContain('join:');
    expect(answered.text).toContain('# Not asked by code, as you said.');
    const told = await init({
      source,
      file: 'mapping.yaml',
      signal,
      selection: { exclude: ['logs'] },
      declined: ['join orders(country_id)', 'orders(code)'],
    });
    expect(told.text).toBe(answered.text);
  });

  it('refuses a choice that the draft has not, and names the nearest', async () => {
    await using source = await openSource(database.url);
    const options = { source, file: 'mapping.yaml', signal, declined: ['orders(cod)'] };
    await expect(init(options)).rejects.toMatchObject({
      code: 'USAGE_VALUE',
      hint: 'Did you mean "orders(code)"?',
    });
  });
});

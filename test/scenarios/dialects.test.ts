import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WireItem, WireValue } from '../../src/item/attribute-value.js';
import { loadMapping } from '../../src/mapping/load-mapping.js';
import { resolveTable } from '../../src/mapping/resolve/resolve-table.js';
import { migrate } from '../../src/operations/migrate.js';
import { memorySink } from '../../src/sink/memory/memory-sink.js';
import { openSource } from '../../src/source/open-source.js';
import { memoryState } from '../../src/state/memory/memory-state.js';
import { mysqlScript, postgresScripts } from '../support/data-sets.js';
import { createMySqlDatabase } from '../support/mariadb-database.js';
import { createDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';

const postgresUrl = requireEngine('postgres');
const mariadbUrl = requireEngine('mariadb');

interface Migrated {
  readonly items: ReadonlyMap<string, WireItem>;
  /** Copy and code of each reject, sorted. */
  readonly rejects: readonly string[];
}

interface Difference {
  /** How many items, and what is true of every pair of values: of Postgres, of MariaDB. */
  readonly items: number;
  readonly holds: (postgres: WireValue | undefined, mariadb: WireValue | undefined) => boolean;
}

const text = (value: WireValue | undefined): unknown => value?.['S'];
/** A moment in time in MariaDB's TIMESTAMP, a wall clock's in Postgres's timestamp without time zone. */
const zoned = (items: number): Difference => ({
  items,
  holds: (one, other) => text(other) === `${text(one)}Z`,
});

/** Everything in which the same mapping makes other items of the two dialects' scripts (docs/dialects.md). */
const DIFFERENCES = {
  chinook: {
    // The scripts differ: MariaDB's has a space at the end.
    'Customer.city': { items: 1, holds: (one, other) => text(other) === `${text(one)} ` },
    'Invoice.billingCity': { items: 7, holds: (one, other) => text(other) === `${text(one)} ` },
  },
  sakila: {
    'Film.lastUpdate': zoned(1_000),
    'FilmActor.lastUpdate': zoned(10_924),
    'Actor.lastUpdate': zoned(200),
    'Rental.lastUpdate': zoned(16_044),
    // A domain over integer, and YEAR.
    'Film.releaseYear': { items: 1_000, holds: (one, other) => one?.['N'] === text(other) },
    // Postgres's table has no such column.
    'Payment.lastUpdate': {
      items: 32_093,
      holds: (one, other) => one === undefined && text(other) !== undefined,
    },
    // Five payments of MariaDB's script have no rental.
    'Payment.rentalId': { items: 5, holds: (one, other) => one?.['N'] !== undefined && other === undefined },
  },
} satisfies Record<string, Record<string, Difference>>;

/** Keys that only Postgres's script makes: the payments that have no rental in MariaDB's are not under one there. */
const ONLY_POSTGRES = { chinook: 0, sakila: 5 };

describe.each(['chinook', 'sakila'] as const)('%s by the same mapping from Postgres and MariaDB', (name) => {
  const mapping = fileURLToPath(new URL(`./${name}/mapping.yaml`, import.meta.url));
  const scripts = postgresScripts(name);
  let postgres: Migrated;
  let mariadb: Migrated;

  beforeAll(async () => {
    await using one = await createDatabase(postgresUrl, ...scripts);
    postgres = await migrated(mapping, one.url);
    await using other = await createMySqlDatabase(mariadbUrl, await mysqlScript(name));
    mariadb = await migrated(mapping, other.url);
  });

  it('has the same keys, but for what only one script holds', () => {
    expect([...mariadb.items.keys()].filter((key) => !postgres.items.has(key))).toEqual([]);
    const only = [...postgres.items.keys()].filter((key) => !mariadb.items.has(key));
    expect(only).toHaveLength(ONLY_POSTGRES[name]);
    expect(postgres.rejects).toEqual([]);
    expect(mariadb.rejects).toEqual(only.map(() => 'ofRental KEY_NULL'));
  });

  it('has the same attributes, but for differences that are known and explained', () => {
    const known: Readonly<Record<string, Difference>> = DIFFERENCES[name];
    const counts: Record<string, number> = {};
    const unexplained: unknown[] = [];
    for (const [key, other] of mariadb.items) {
      const one = postgres.items.get(key) ?? {};
      for (const attribute of new Set([...Object.keys(one), ...Object.keys(other)])) {
        const [left, right] = [one[attribute], other[attribute]];
        if (JSON.stringify(left) === JSON.stringify(right)) continue;
        const place = `${other['_type']?.['S']}.${attribute}`;
        counts[place] = (counts[place] ?? 0) + 1;
        if (known[place]?.holds(left, right) !== true) unexplained.push({ key, attribute, left, right });
      }
    }
    expect(unexplained.slice(0, 3)).toEqual([]);
    expect(counts).toEqual(
      Object.fromEntries(Object.entries(known).map(([place, { items }]) => [place, items])),
    );
  });
});

async function migrated(file: string, url: string): Promise<Migrated> {
  const mapping = await loadMapping(file);
  await using source = await openSource(url);
  const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
  const state = memoryState();
  const { run } = await migrate({ mapping, source, sink, state, signal: new AbortController().signal });
  const rejects: string[] = [];
  for await (const { copy, code } of state.rejects(run)) rejects.push(`${copy} ${code}`);
  return { items: sink.items, rejects: rejects.sort() };
}

import { expect } from 'vitest';
import { resolveOrThrow } from '../../../src/mapping/check-mapping.js';
import { compileMapping } from '../../../src/mapping/compile-mapping.js';
import { type Mapped, nothingMapped } from '../../../src/mapping/mapper.js';
import { openSource } from '../../../src/source/open-source.js';
import { never } from '../../contract/source/queries.js';
import { createMySqlDatabase } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';
import { loadText } from '../../unit/mapping/shop.js';

export interface Database {
  readonly url: string;
  run(sql: string): Promise<unknown>;
  drop(): Promise<void>;
}

/** A database with the tables of a script, on each engine. */
export const engines: readonly (readonly [string, (script: string) => Promise<Database>])[] = [
  [
    'Postgres',
    async (script) => {
      const database = await createDatabase(requireEngine('postgres'), script);
      return { url: database.url, run: (sql) => database.query(sql), drop: () => database.drop() };
    },
  ],
  [
    'MariaDB',
    async (script) => {
      const database = await createMySqlDatabase(requireEngine('mariadb'), script);
      return { url: database.url, run: (sql) => database.query(sql), drop: () => database.drop() };
    },
  ],
];

/** Every row of the mapping's first entity, read from a real database and mapped. */
export async function mapAll(
  url: string,
  mapping: string,
  rowsPerChunk: number,
  pageBytes = 100_000,
): Promise<Mapped> {
  const mapped = nothingMapped();
  const source = await openSource(url);
  try {
    const [entity] = compileMapping(resolveOrThrow(loadText(mapping), await source.discover(never))).entities;
    if (entity === undefined) throw new Error('the mapping has no entity');
    expect(await source.probe(entity.query, never)).toBeNull();
    const snapshot = await source.openSnapshot({ concurrency: 1, signal: never });
    try {
      for await (const chunk of snapshot.planChunks(entity.query, { rowsPerChunk })) {
        const pages = snapshot.readChunk(entity.query, chunk, { pageBytes, signal: never });
        for await (const page of pages) for (const tree of page.rows) entity.map(tree, mapped);
      }
    } finally {
      await snapshot[Symbol.asyncDispose]();
    }
  } finally {
    await source[Symbol.asyncDispose]();
  }
  return mapped;
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadMapping } from '../../../src/mapping/load-mapping.js';
import { plan } from '../../../src/operations/plan.js';
import { openSource } from '../../../src/source/open-source.js';
import { createMySqlDatabase } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const COLUMNS = 1000;
const { signal } = new AbortController();

const MAPPING = `version: 1
table: { name: wide, partitionKey: pk, sortKey: sk }
entities:
  Row:
    from: wide
    items: { main: { key: { pk: 'ROW#{c0}', sk: ROW } } }
`;

const names = Array.from({ length: COLUMNS }, (_, n) => `c${n}`);
const SCRIPT = `CREATE TABLE wide (${names.map((name) => `${name} int NOT NULL`).join(', ')}, PRIMARY KEY (c0));
  INSERT INTO wide VALUES (${names.map((_, n) => n).join(', ')}), (${names.map((_, n) => -n - 1).join(', ')});`;

describe.each([
  ['Postgres', () => createDatabase(requireEngine('postgres'), SCRIPT)],
  ['MariaDB', () => createMySqlDatabase(requireEngine('mariadb'), SCRIPT)],
])('a table of 1,000 columns of %s', (_, create) => {
  it('becomes an item with each of them', async () => {
    await using database = await create();
    await using source = await openSource(database.url);
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'wide.yaml');
    await writeFile(file, MAPPING);
    const { entities } = await plan({ mapping: await loadMapping(file), source, samples: 2, signal });
    const [row] = entities;
    expect(row).toMatchObject({ rows: 2, copies: [{ items: 2, rejects: [] }] });
    const items = row?.copies[0]?.samples.map((item) => names.map((name) => Number(item[name]?.['N'])));
    expect(items).toEqual([names.map((_, n) => -n - 1), names.map((_, n) => n)]);
  });
});

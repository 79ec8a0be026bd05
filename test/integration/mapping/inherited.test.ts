import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MappingInvalid } from '../../../src/mapping/errors.js';
import { loadMapping } from '../../../src/mapping/load-mapping.js';
import { check } from '../../../src/operations/check.js';
import { plan } from '../../../src/operations/plan.js';
import { openSource } from '../../../src/source/open-source.js';
import type { Source } from '../../../src/source/source.js';
import { createDatabase, type TestDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const postgresUrl = requireEngine('postgres');
const { signal } = new AbortController();

let database: TestDatabase;
let source: Source;
beforeAll(async () => {
  database = await createDatabase(
    postgresUrl,
    `CREATE TABLE people (id int PRIMARY KEY, name text);
     CREATE TABLE staff (PRIMARY KEY (id)) INHERITS (people);
     CREATE TABLE badges (id int PRIMARY KEY, person_id int REFERENCES people);
     INSERT INTO people VALUES (1, 'Ann'), (2, 'Bob');
     INSERT INTO staff VALUES (2, 'Cy')`,
  );
  source = await openSource(database.url);
});
afterAll(async () => {
  await source?.[Symbol.asyncDispose]();
  await database?.drop();
});

async function mappingOf(entity: string) {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'mapping.yaml');
  const text = `version: 1
table: { name: inherited, partitionKey: pk, sortKey: sk }
entities:
${entity}`;
  await writeFile(file, text);
  return await loadMapping(file);
}

async function problems(entity: string) {
  try {
    return (await check({ mapping: await mappingOf(entity), source, signal })).problems;
  } catch (error) {
    if (error instanceof MappingInvalid) return error.problems;
    throw error;
  }
}

it('the key of a table with heirs identifies nothing, and a join to it may find several rows', async () => {
  expect(
    await problems(`  Person: { from: people, items: { main: { key: { pk: 'P#{id}', sk: P } } } }
  Badge: { from: badges, join: { person: { via: person_id } }, items: { main: { key: { pk: 'B#{id}', sk: B } } } }`),
  ).toMatchObject([
    {
      code: 'NO_IDENTITY',
      message: 'no key holds over people and staff, which inherit from it',
      fix: expect.stringContaining('a view on ONLY the table'),
    },
    { code: 'JOIN_NOT_UNIQUE', message: expect.stringContaining('no key holds over it and staff') },
  ]);
});

it('two rows of one key, one of them of an heir, end the run by name instead of replacing each other', async () => {
  const mapping = await mappingOf(
    `  Person: { from: people, identifiedBy: [id], items: { main: { key: { pk: 'P#{id}', sk: P } } } }`,
  );
  await expect(plan({ mapping, source, signal })).rejects.toMatchObject({
    code: 'SOURCE_QUERY',
    message: expect.stringContaining('two rows of people have the same (id): (2)'),
  });
});

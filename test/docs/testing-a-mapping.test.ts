import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tablefold } from '../support/cli.js';
import { createDatabase, type TestDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js';
import { readPage } from './code-blocks.js';

const postgresUrl = requireEngine('postgres');

const MAPPING = `version: 1
table:
  name: shop
  partitionKey: pk
  sortKey: sk
  indexes: { gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk } }
entities:
  Customer:
    from: customers
    items:
      profile:
        key: { pk: 'CUSTOMER#{id}', sk: PROFILE }
        indexes: { gsi1: { pk: 'EMAIL#{email | lower}', sk: CUSTOMER } }
`;

/** The files of docs/mapping.md, "Testing a mapping", by the name behind the language of their block. */
const blockOf = (file: string): string => {
  const found = new RegExp(`^\`\`\`yaml ${file}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(
    readPage('docs/mapping.md'),
  );
  if (found?.[1] === undefined) throw new Error(`docs/mapping.md shows no ${file}`);
  return found[1];
};

describe('tablefold test', () => {
  let database: TestDatabase;
  let folder: TemporaryFolder;
  const at = (name: string) => join(folder.path, name);
  const test = (...args: readonly string[]) =>
    tablefold(['test', '--mapping', 'shop.yaml', ...args], {
      cwd: folder.path,
      env: { SOURCE_URL: database.url },
    });

  beforeAll(async () => {
    database = await createDatabase(
      postgresUrl,
      'CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text); CREATE TABLE other (id int)',
    );
    folder = await temporaryFolder();
    await writeFile(at('shop.yaml'), MAPPING);
  });
  afterAll(async () => {
    await folder?.[Symbol.asyncDispose]();
    await database?.drop();
  });

  it('says what is missing and how to come by it, file by file', async () => {
    const none = await test();
    expect([none.exit, none.stderr]).toEqual([3, expect.stringContaining('--learn-schema')]);
    const noRows = await test('--learn-schema');
    expect([noRows.exit, noRows.stderr]).toEqual([3, expect.stringContaining('rows.yaml')]);
    await writeFile(at('shop.examples/rows.yaml'), blockOf('rows.yaml'));
    const noItems = await test();
    expect([noItems.exit, noItems.stderr]).toEqual([3, expect.stringContaining('--update')]);
  });

  it('writes the schema of the mapped tables alone, and the items that the page shows', async () => {
    const updated = await test('--learn-schema', '--update');
    expect(updated.exit, updated.stderr).toBe(0);
    const { tables } = JSON.parse(await readFile(at('shop.examples/schema.json'), 'utf8'));
    expect(tables.map(({ name }: { name: string }) => name)).toEqual(['customers']);
    expect(await readFile(at('shop.examples/expected.yaml'), 'utf8')).toBe(blockOf('expected.yaml'));
    const compared = await test();
    expect([compared.exit, compared.stdout]).toEqual([
      0,
      expect.stringContaining('2 rows → 2 items, 0 rejects'),
    ]);
  });

  it('exits 6 and shows each difference as a patch', async () => {
    const file = at('shop.examples/expected.yaml');
    const changed = blockOf('expected.yaml')
      .replace('id: 1', 'id: "1"')
      .replace('CUSTOMER#2', 'CUSTOMER#3')
      .replace('EMAIL#ann', 'EMAIL#anna');
    await writeFile(file, changed);
    const result = await test();
    expect(result.exit).toBe(6);
    expect(result.stdout).toBe(
      [
        '~ CUSTOMER#1 | PROFILE',
        '    - gsi1pk: EMAIL#anna@example.com',
        '    + gsi1pk: EMAIL#ann@example.com',
        '    - id: "1"',
        '    + id: 1',
        '- CUSTOMER#3 | PROFILE: expected and not made',
        '+ CUSTOMER#2 | PROFILE: made and not expected',
        '    + pk: CUSTOMER#2',
        '    + sk: PROFILE',
        '    + _type: Customer',
        '    + _src: customers#2',
        '    + id: 2',
        '    + name: Bob',
        '',
        '2 rows → 2 items, 0 rejects; 3 differ from shop.examples.',
        'Next: mend the mapping or expected.yaml; tablefold test --mapping shop.yaml --update accepts what it makes.',
        '',
      ].join('\n'),
    );
    const json = JSON.parse((await test('--json')).stdout);
    expect(json.differences.map(({ kind }: { kind: string }) => kind)).toEqual([
      ...['different', 'missing', 'unexpected'],
    ]);
  });

  it('names a column that the table has not', async () => {
    await writeFile(at('shop.examples/rows.yaml'), 'customers:\n  - { id: 1, nam: Ann }\n');
    const result = await test();
    expect([result.exit, result.stderr]).toEqual([3, expect.stringContaining('did you mean name?')]);
  });
});

import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CliResult, tablefold } from '../support/cli.js';
import { dropTable, uniqueTableName } from '../support/dynamodb-table.js';
import { createDatabase, type TestDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js';
import { codeBlocks, readPage } from './code-blocks.js';
import { asShown, expectBlock } from './printed-page.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');
const page = fileURLToPath(new URL('../../docs/modelling.md', import.meta.url));
const example = fileURLToPath(new URL('../../mappings/shop.yaml', import.meta.url));
/** Longer lines are cut on the page. */
const WIDTH = 150;

const blocks = codeBlocks(readPage('docs/modelling.md')).filter(({ language }) => language === 'console');
const table = uniqueTableName();
let database: TestDatabase;
let folder: TemporaryFolder;

function run(args: readonly string[]): Promise<CliResult> {
  const env = { SOURCE_URL: database.url, AWS_ENDPOINT_URL: dynamoUrl, TABLEFOLD_STATE: 'state' };
  return tablefold(args, { cwd: folder.path, env });
}

beforeAll(async () => {
  folder = await temporaryFolder();
  database = await createDatabase(postgresUrl, new URL('../demo/shop.sql', import.meta.url));
  const mapping = join(folder.path, 'shop.yaml');
  await copyFile(example, mapping);
  await writeFile(mapping, (await readFile(mapping, 'utf8')).replace('  name: shop\n', `  name: ${table}\n`));
  for (const command of [['table', 'create'], ['migrate']]) {
    const ran = await run([...command, '--mapping', 'shop.yaml']);
    expect(ran.exit, ran.stderr).toBe(0);
  }
}, 300_000);
afterAll(async () => {
  await dropTable(dynamoUrl, table);
  await folder?.[Symbol.asyncDispose]();
  await database?.drop();
});

it.each(blocks)('docs/modelling.md: $text', async ({ text }) => {
  const [command = ''] = text.split('\n');
  const ran = await run(command.replace('$ tablefold ', '').split(' '));
  expect(ran.exit, ran.stderr).toBe(0);
  const lines = asShown(ran.stdout.replaceAll(/--page-token \S+/g, '--page-token …'), table).map((line) =>
    line.length > WIDTH ? `${line.slice(0, WIDTH)} …` : line,
  );
  const printed = `${[command, ...lines].join('\n')}\n`;
  await expectBlock(page, text, printed);
});

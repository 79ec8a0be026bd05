import { readFile, writeFile } from 'node:fs/promises';
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
const page = fileURLToPath(new URL('../../docs/verify.md', import.meta.url));
const blocks = codeBlocks(readPage('docs/verify.md')).filter(({ language }) => language === 'console');
const table = uniqueTableName();
let database: TestDatabase;
let folder: TemporaryFolder;

function run(line: string): Promise<CliResult> {
  const env = { SOURCE_URL: database.url, AWS_ENDPOINT_URL: dynamoUrl, TABLEFOLD_STATE: 'state' };
  return tablefold(line.split(' '), { cwd: folder.path, env });
}

beforeAll(async () => {
  folder = await temporaryFolder();
  database = await createDatabase(postgresUrl, new URL('../demo/shop.sql', import.meta.url));
  const shop = await readFile(new URL('../../mappings/shop.yaml', import.meta.url), 'utf8');
  await writeFile(join(folder.path, 'shop.yaml'), shop.replace('  name: shop\n', `  name: ${table}\n`));
  for (const line of ['table create --mapping shop.yaml', 'migrate --mapping shop.yaml']) {
    const { exit, stderr } = await run(line);
    expect(exit, stderr).toBe(0);
  }
});
afterAll(async () => {
  await dropTable(dynamoUrl, table);
  await database?.drop();
  await folder?.[Symbol.asyncDispose]();
});

it.each(blocks.map(({ text }, at) => ({ text, at })))(
  'docs/verify.md shows what is printed: $at',
  async ({ text, at }) => {
    const [first = ''] = text.split('\n');
    const line = first.replace('$ npx tablefold ', '');
    if (at === 1) await database.query(`UPDATE orders SET total = total + 1 WHERE rep_id IS NOT NULL`);
    const { exit, stdout } = await run(line);
    expect(exit).toBe(at === 0 ? 0 : 6);
    const shown = asShown(stdout, table).map((shown) => shown.replace(/ \d[\d.]* (?:ms|s)$/, ' … ms'));
    await expectBlock(page, text, `${first}\n${shown.join('\n')}\n`);
  },
);

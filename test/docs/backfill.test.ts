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
const page = fileURLToPath(new URL('../../docs/backfill.md', import.meta.url));

const sections = readPage('docs/backfill.md').split(/^(?=## )/m);
const commands = sections.flatMap((section) =>
  codeBlocks(section).filter(({ language }) => language === 'console'),
);
const table = uniqueTableName();
let database: TestDatabase;
let folder: TemporaryFolder;

function run(args: readonly string[]): Promise<CliResult> {
  const env = { SOURCE_URL: database.url, AWS_ENDPOINT_URL: dynamoUrl, TABLEFOLD_STATE: 'state' };
  return tablefold(args, { cwd: folder.path, env });
}

/** The lines of a block of the language `diff`, put in the place of those that they replace. */
function patched(text: string, block: string): string {
  const lines = block.trimEnd().split('\n');
  const side = (sign: string) =>
    lines.flatMap((line) => (line[0] === sign || line[0] === ' ' ? [line.slice(1)] : []));
  const before = `${side('-').join('\n')}\n`;
  expect(text).toContain(before);
  return text.replace(before, () => `${side('+').join('\n')}\n`);
}

/** A few customers and their orders: DynamoDB Local takes some hundred updates a second. */
const PART = `DELETE FROM order_lines WHERE order_id > 60;
  DELETE FROM orders WHERE id > 60;
  DELETE FROM addresses WHERE customer_id > 40 AND customer_id NOT IN (SELECT customer_id FROM orders);
  DELETE FROM customers WHERE id > 40 AND id NOT IN (SELECT customer_id FROM orders);
  DELETE FROM product_tags WHERE product_id > 30 AND product_id NOT IN (SELECT product_id FROM order_lines);
  DELETE FROM products WHERE id > 30 AND id NOT IN (SELECT product_id FROM order_lines);
  ANALYZE;`;

beforeAll(async () => {
  folder = await temporaryFolder();
  database = await createDatabase(postgresUrl, new URL('../demo/shop.sql', import.meta.url));
  await database.query(PART);
  const shop = await readFile(new URL('../../mappings/shop.yaml', import.meta.url), 'utf8');
  let mapping = shop.replace('  name: shop\n', `  name: ${table}\n`);
  let version = 1;
  await writeFile(join(folder.path, 'v1.yaml'), mapping);
  for (const section of sections) {
    const blocks = codeBlocks(section).filter(({ language }) => language === 'diff');
    if (blocks.length === 0) continue;
    mapping = blocks.reduce((text, block) => patched(text, block.text), mapping);
    version += 1;
    await writeFile(join(folder.path, `v${version}.yaml`), mapping);
  }
  for (const command of [['table', 'create'], ['migrate']]) {
    const ran = await run([...command, '--mapping', 'v1.yaml']);
    expect(ran.exit, ran.stderr).toBe(0);
  }
}, 300_000);
afterAll(async () => {
  await dropTable(dynamoUrl, table);
  await folder?.[Symbol.asyncDispose]();
  await database?.drop();
});

it.each(commands)('docs/backfill.md: $text', async ({ text }) => {
  const [command = ''] = text.split('\n');
  const ran = await run(command.replace('$ tablefold ', '').split(' '));
  expect(ran.exit, ran.stderr).toBe(0);
  const stdout = ran.stdout
    .replaceAll(/items in [\d.]+ m?s \([\d,]+\/s\)/g, 'items in … s (…/s)')
    .replaceAll(/written\. [\d.]+ m?s/g, 'written. … s');
  const lines = asShown(stdout, table);
  const printed = `${[command, ...lines].join('\n')}\n`;
  await expectBlock(page, text, printed);
});

it('the table is then what the last mapping makes, and what is obsolete', async () => {
  const ran = await run(['diff', '--mapping', 'v6.yaml', '--json']);
  const { totals } = JSON.parse(ran.stdout);
  const [{ products } = { products: '' }] = await database.query<{ products: string }>(
    'SELECT count(*) AS products FROM products',
  );
  expect(totals).toMatchObject({ missing: 0, different: 0, stale: 0, orphans: Number(products) });
});

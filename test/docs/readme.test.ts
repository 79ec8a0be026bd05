import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import { tablefold } from '../support/cli.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { dropTable, scanAll } from '../support/dynamodb-table.js';
import { createDatabase, type TestDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js';
import { codeBlocks, readPage } from './code-blocks.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');
const page = readPage('README.md');
const example = codeBlocks(page.slice(page.indexOf('## A worked example')));
const block = (language: string) => example.find((one) => one.language === language)?.text ?? '';

interface Step {
  readonly command: string;
  readonly output: string;
}

/** `$ npx tablefold …` and what it prints, up to the next one. */
const steps: readonly Step[] = example
  .filter(({ language }) => language === 'console')
  .flatMap(({ text }) => text.split(/^\$ npx tablefold /m).slice(1))
  .map((step) => {
    const end = step.indexOf('\n');
    return { command: step.slice(0, end), output: step.slice(end + 1).trim() };
  });

describe("the README's worked example", () => {
  let database: TestDatabase;
  let folder: TemporaryFolder;
  const forgetTable = () => dropTable(dynamoUrl, 'library').catch(() => undefined); // mostly there is none
  beforeAll(async () => {
    await forgetTable(); // the page names the table, and a run that was killed may have left it
    database = await createDatabase(postgresUrl, block('sql'));
    folder = await temporaryFolder();
    await writeFile(join(folder.path, 'library.yaml'), block('yaml'));
  });
  afterAll(async () => {
    await forgetTable();
    await database.drop();
    await folder[Symbol.asyncDispose]();
  });

  it('checks, plans, makes the table and fills it', () => {
    expect(steps.map(({ command }) => command.replace(/ --.*/, ''))).toEqual([
      'check',
      'plan',
      'table create',
      'migrate',
      'init',
    ]);
  });

  it.each(steps)('$command prints what the page shows', async ({ command, output }) => {
    const { exit, stdout, stderr } = await tablefold(command.split(' '), {
      cwd: folder.path,
      env: { SOURCE_URL: database.url, AWS_ENDPOINT_URL: dynamoUrl },
    });
    expect(exit, stderr).toBe(0);
    const printed = stdout.replaceAll(database.name, 'library').trim();
    // What does not match is compared as text, for a readable difference.
    if (!patternOf(output).test(printed)) expect(printed).toBe(output);
  });

  it('leaves in the table what the page lists', async () => {
    const lines = (await scanAll(dynamoUrl, 'library')).map(lineOf);
    const shown = block('text').trim().split('\n').slice(1);
    expect(lines).toEqual(shown.map((line) => line.split(/ {2,}/)));
  });

  it('answers all books from the dearest down by one Query of the index', async () => {
    const { Items } = await callDynamoDb<{ Items: WireItem[] }>(dynamoUrl, 'Query', {
      TableName: 'library',
      IndexName: 'gsi1',
      KeyConditionExpression: 'gsi1pk = :books',
      ExpressionAttributeValues: { ':books': { S: 'BOOKS' } },
    });
    expect(Items.map(({ price }) => price?.['N'])).toEqual(['12.5', '11', '9', '8.75']);
  });
});

/** `…` on a line of its own stands for any lines, elsewhere for any text in its line. */
function patternOf(output: string): RegExp {
  const literal = output.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const lines = literal.replaceAll(/^…\n/gm, '(?:.*\\n)*?').replaceAll('…', '.*');
  return new RegExp(`^${lines}$`);
}

function lineOf({ pk, sk, _type, name, title, chapters }: WireItem): readonly unknown[] {
  const children = (chapters?.['L'] as unknown[] | undefined)?.length;
  const held = children === undefined ? '' : `, ${children} chapter${children === 1 ? '' : 's'}`;
  return [pk?.['S'], sk?.['S'], _type?.['S'], `${(name ?? title)?.['S']}${held}`];
}

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as library from '../../src/index.js';
import { LOCAL_AWS } from '../support/cli.js';
import { dropTable, scanAll, uniqueTableName } from '../support/dynamodb-table.js';
import { createDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { codeBlocks, readPage } from './code-blocks.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');
const page = readPage('docs/library.md');
const program = readFileSync(new URL('library-example.ts', import.meta.url), 'utf8');
const readme = codeBlocks(readPage('README.md'));
const block = (language: string) => readme.find((one) => one.language === language)?.text ?? '';

test('the program of docs/library.md is the one that is type-checked and runs here', () => {
  expect(codeBlocks(page).filter(({ language }) => language === 'ts')).toEqual([
    expect.objectContaining({ text: program }),
  ]);
});

test('it does the job of the README with the built package', async () => {
  await using database = await createDatabase(postgresUrl, block('sql'));
  await using folder = await temporaryFolder();
  const table = uniqueTableName();
  await writeFile(
    join(folder.path, 'library.yaml'),
    block('yaml').replace('name: library', `name: ${table}`),
  );
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  await writeFile(join(folder.path, 'library.mjs'), outputText);
  await mkdir(join(folder.path, 'node_modules'));
  await symlink(
    fileURLToPath(new URL('../..', import.meta.url)),
    join(folder.path, 'node_modules/tablefold'),
  );

  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['library.mjs'], {
    cwd: folder.path,
    env: { ...LOCAL_AWS, SOURCE_URL: database.url, AWS_ENDPOINT_URL: dynamoUrl },
  });
  expect(stdout).toBe('6 rows will make 9 items, 13 write units\n9 items written, 0 rejected\n');
  expect(stderr).toBe('');
  expect(await scanAll(dynamoUrl, table)).toHaveLength(9);
  await dropTable(dynamoUrl, table);
});

test('every function that the page names is exported', () => {
  const [, rows = ''] = /^\| function .*\n\|.*\n((?:\|.*\n)+)/m.exec(page) ?? [];
  const named = rows.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)/g)]);
  const functions = [...named.map(([, name = '']) => name), 'createMeter', 'createLogger', 'defineMapping'];
  expect(functions.length).toBeGreaterThan(12);
  for (const name of functions) expect(Reflect.get(library, name), name).toBeTypeOf('function');
});

import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_AWS } from '../support/cli.js';
import { dropTable, uniqueTableName } from '../support/dynamodb-table.js';
import { createDatabase, type TestDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { ORDERS } from './fixture.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');
const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A mapping in TypeScript as a user has it: nothing is built, and it imports what lies beside it. */
const MAPPING = `import { defineMapping } from 'tablefold';
import { total, type Money } from './columns.ts';

const attribute: Money = { column: total, as: 'cents' };

export default defineMapping({
  version: 1,
  table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk' },
  entities: {
    Order: {
      from: 'orders',
      attributes: { '*': true, totalCents: attribute },
      items: { main: { key: { pk: 'ORDER#{id}', sk: 'ORDER' } } },
    },
  },
});
`;
const COLUMNS = `export interface Money { readonly column: string; readonly as: 'cents' }
export const total: string = 'total';
`;

/** Writes the URL of every module that the process loads to the file named by LOADED. */
const SPY = `import { appendFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
const hook = \`import { appendFileSync } from 'node:fs';
export async function load(url, context, next) {
  appendFileSync(\${JSON.stringify(process.env.LOADED)}, url + '\\\\n');
  return next(url, context);
}\`;
register('data:text/javascript,' + encodeURIComponent(hook));
const { cache } = createRequire(import.meta.url);
process.on('exit', () => appendFileSync(process.env.LOADED, Object.keys(cache).join('\\n') + '\\n'));
`;

describe('the package as it is published', () => {
  let app: string;
  let database: TestDatabase;
  let files: readonly string[];
  const table = uniqueTableName();

  beforeAll(async () => {
    app = await mkdtemp(join(tmpdir(), 'tablefold-package-'));
    database = await createDatabase(postgresUrl, ORDERS(20));
    files = await install(app);
    await writeFile(join(app, 'package.json'), '{ "name": "app", "private": true, "type": "module" }\n');
    await writeFile(join(app, 'shop.ts'), MAPPING);
    await writeFile(join(app, 'columns.ts'), COLUMNS);
    await writeFile(join(app, 'spy.mjs'), SPY);
  });
  afterAll(async () => {
    await dropTable(dynamoUrl, table).catch(() => undefined); // made by the last test only
    await database.drop();
    await rm(app, { recursive: true, force: true });
  });

  const env = (more: Readonly<Record<string, string>> = {}) => ({
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    NO_COLOR: '1',
    ...LOCAL_AWS,
    SOURCE_URL: database.url,
    AWS_ENDPOINT_URL: dynamoUrl,
    ...more,
  });
  const tablefold = (...args: readonly string[]) =>
    run('npx', ['--no-install', 'tablefold', ...args], { cwd: app, env: env() });

  it('holds what it needs and nothing of the tests', () => {
    const tops = new Set(files.map((file) => file.split('/')[0]));
    expect([...tops].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'docs',
      'mapping.schema.json',
      'oclif.manifest.json',
      'package.json',
    ]);
    expect(files).toContain('dist/bin.js');
    expect(files).toContain('dist/index.d.ts');
    expect(files.filter((file) => /^test\/|\.test\.|\.tsbuildinfo$|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  });

  it('says its version', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    expect((await tablefold('--version')).stdout).toContain(`tablefold/${version} `);
  });

  it('checks a mapping in TypeScript that imports tablefold and its neighbour', async () => {
    const { stdout } = await tablefold('check', '--mapping', 'shop.ts');
    expect(stdout).toContain('0 errors, 0 warnings in shop.ts');
  });

  it('migrates by it, and leaves nothing but its state beside it', async () => {
    const options = ['--mapping', 'shop.ts', '--table', table];
    await tablefold('table', 'create', ...options);
    const { stdout } = await tablefold('migrate', ...options, '--json');
    expect(JSON.parse(stdout).totals).toMatchObject({ rows: 20, written: 20, rejects: 0 });
    const left = await readdir(app);
    expect(left.filter((name) => !name.startsWith('loaded')).sort()).toEqual([
      '.tablefold',
      'columns.ts',
      'node_modules',
      'package.json',
      'shop.ts',
      'spy.mjs',
    ]);
  });

  /** What a command loads, each as `package/path`. */
  async function loadedBy(...args: readonly string[]): Promise<readonly string[]> {
    const loaded = join(app, `loaded-${args[0]}`);
    await run(process.execPath, ['--import', './spy.mjs', 'node_modules/tablefold/dist/bin.js', ...args], {
      cwd: app,
      env: env({ LOADED: loaded }),
    });
    const lines = (await readFile(loaded, 'utf8')).split('\n');
    return lines.flatMap((line) => /.*\/node_modules\/(.*)/.exec(line)?.[1] ?? []);
  }

  it('loads for the dry run neither AWS nor a sink, and no other command', async () => {
    for (const command of ['check', 'plan']) {
      const loaded = await loadedBy(command, '--mapping', 'shop.ts');
      expect(loaded.filter((path) => path.startsWith('tablefold/dist/commands/'))).toEqual([
        `tablefold/dist/commands/${command}.js`,
      ]);
      expect(loaded).toContain('tablefold/dist/source/postgres/source.js');
      expect(
        loaded.filter((path) => /^(@aws-sdk|@smithy)\/|^tablefold\/dist\/sink\/\w+\//.test(path)),
      ).toEqual([]);
    }
  });

  it('loads for commands of the table no driver of a source', async () => {
    const loaded = await loadedBy('table', 'create', '--mapping', 'shop.ts', '--table', table);
    expect(loaded.filter((path) => path.startsWith('tablefold/dist/commands/'))).toEqual([
      'tablefold/dist/commands/table/create.js',
    ]);
    expect(loaded.some((path) => path.startsWith('@aws-sdk/'))).toBe(true);
    expect(loaded.filter((path) => /^pg[/-]|^tablefold\/dist\/source\/\w+\//.test(path))).toEqual([]);
  });

  it('loads for its version no command at all', async () => {
    const loaded = await loadedBy('--version');
    expect(loaded.filter((path) => path.startsWith('tablefold/'))).toEqual([
      'tablefold/dist/bin.js',
      'tablefold/dist/cli/main.js',
      'tablefold/dist/cli/v8.js',
    ]);
  });
});

/**
 * Packs the build and installs it as npm does, without a network: its direct dependencies are links into
 * this checkout, so that an import of anything that package.json does not name fails. Answers the files.
 */
async function install(app: string): Promise<readonly string[]> {
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', app];
  const { stdout } = await run('npm', pack, { cwd: ROOT });
  const [tarball] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  const home = join(app, 'node_modules', 'tablefold');
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', join(app, tarball.filename), '-C', home, '--strip-components=1']);
  await rm(join(app, tarball.filename));

  const { dependencies } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const link = join(app, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), link);
  }
  await mkdir(join(app, 'node_modules', '.bin'));
  await chmod(join(home, 'dist', 'bin.js'), 0o755);
  await symlink('../tablefold/dist/bin.js', join(app, 'node_modules', '.bin', 'tablefold'));
  return tarball.files.map(({ path }) => path);
}

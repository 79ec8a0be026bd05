import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMapping } from '../../src/mapping/check-mapping.js';
import { MappingInvalid } from '../../src/mapping/errors.js';
import { formatProblems } from '../../src/mapping/format-problems.js';
import { TRANSFORMS } from '../../src/mapping/key/transforms.js';
import { loadMapping } from '../../src/mapping/load-mapping.js';
import { mappingJsonSchema } from '../../src/mapping/mapping-schema.js';
import type { Problem } from '../../src/mapping/problem.js';
import { openSource } from '../../src/source/open-source.js';
import type { SourceSchema } from '../../src/source/source-schema.js';
import { createDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js';
import { type CodeBlock, codeBlocks, readPage } from './code-blocks.js';
import { type KeySchema, keysOf, keysUsed } from './schema-keys.js';

const postgresUrl = requireEngine('postgres');
const page = readPage('docs/mapping.md');
/** A block with a note is no mapping: files that another test takes by their name. */
const blocks = codeBlocks(page).filter(({ note }) => note === '');

/** What a fragment leaves out. */
const FRAME = `version: 1
table:
  name: shop
  partitionKey: pk
  sortKey: sk
  indexes: { gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk } }
`;

describe('docs/mapping.md', () => {
  let schema: SourceSchema;
  let folder: TemporaryFolder;
  beforeAll(async () => {
    folder = await temporaryFolder();
    await using database = await createDatabase(postgresUrl, new URL('../demo/shop.sql', import.meta.url));
    await using source = await openSource(database.url);
    schema = await source.discover(new AbortController().signal);
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it('holds blocks of YAML and of TypeScript', () => {
    const languages = blocks.map(({ language }) => language);
    expect(languages.filter((language) => language === 'yaml').length).toBeGreaterThan(6);
    expect(languages.filter((language) => language === 'ts')).toHaveLength(2);
  });

  it.each(blocks)('line $line: the $language mapping fits the shop', async (block) => {
    const errors = (await problemsOf(await fileOf(block))).filter(({ severity }) => severity === 'error');
    expect(errors.length === 0 ? '' : formatProblems(errors)).toBe('');
  });

  it('shows every key that there is in an example', async () => {
    const root: KeySchema = mappingJsonSchema();
    const used = new Set<string>();
    for (const block of blocks) {
      const { mapping } = await loadMapping(await fileOf(block));
      for (const key of keysUsed(root, mapping)) used.add(key);
    }
    expect(keysOf(root).filter((key) => !used.has(key))).toEqual([]);
  });

  it('names no key in its tables that there is not', () => {
    const known = new Set(keysOf(mappingJsonSchema()).map((key) => key.split('.').at(-1)));
    const tables = [...page.matchAll(/^\| (?:key|`defaults`) \|.*\n\|[-| ]+\n((?:\|.*\n)+)/gm)];
    expect(tables.length).toBeGreaterThan(2);
    const named = tables.flatMap(([, rows = '']) =>
      rows
        .split('\n')
        .flatMap((row) =>
          [...(row.split('|')[1] ?? '').matchAll(/`[….]*(\w+)[^`]*`/g)].map(([, name]) => name),
        ),
    );
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('names every transform that there is, and none that is not', () => {
    const [, table = ''] = /^\| transform \| makes \|\n\|.*\n((?:\|.*\n)+)/m.exec(page) ?? [];
    const named = table.split('\n').flatMap((row) => {
      const [, first = ''] = row.split(/(?<!\\)\|/);
      return [...first.matchAll(/`(\w+)[^`]*`/g)].map(([, name]) => name);
    });
    expect([...new Set(named)].sort()).toEqual(Object.keys(TRANSFORMS).sort());
  });

  async function fileOf({ language, text, line }: CodeBlock): Promise<string> {
    const whole = language === 'yaml' && !/^version:/m.test(text) ? FRAME + text : text;
    const file = join(folder.path, `line-${line}.${language}`);
    await writeFile(file, whole);
    return file;
  }

  async function problemsOf(file: string): Promise<readonly Problem[]> {
    try {
      return checkMapping(await loadMapping(file), schema);
    } catch (error) {
      if (error instanceof MappingInvalid) return error.problems;
      throw error;
    }
  }
});

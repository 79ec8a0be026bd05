import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeBlocks, readPage } from '../../docs/code-blocks.js';
import { type LanguageServer, startLanguageServer } from '../../support/language-server.js';

const root = new URL('../../../', import.meta.url);
const schema = new URL('mapping.schema.json', root).pathname;
const MODELINE = `# yaml-language-server: $schema=${schema}\n`;
const uriOf = (name: string) => new URL(`mappings/${name}.yaml`, root).href;

const TEXT = `${MODELINE}version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Order:
    from: orders
    wher: gift
    items:
      main:
        key: { pk: 'ORDER#{id}', sk: ORDER }
        when: { column: gift, equals: true }
        w
check:
  ignore:
    - C
`;

describe('an editor with the YAML language server', () => {
  let server: LanguageServer;
  let wrong: readonly string[];
  const uri = uriOf('in-an-editor');
  beforeAll(async () => {
    server = await startLanguageServer();
    wrong = await server.open(uri, TEXT);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  it('marks a key that is not known', () => {
    expect(wrong).toContain('7: Property wher is not allowed.');
  });

  it('completes keys, and codes of warnings but not of errors', async () => {
    const keys = await server.complete(uri, 12, 10);
    expect(keys).toEqual(expect.arrayContaining(['whenNull', 'indexes', 'collisions', 'attributes']));
    expect(keys).not.toContain('from');
    const codes = await server.complete(uri, 15, 8);
    expect(codes).toEqual(expect.arrayContaining(['COPY_UNREAD', 'PARTITION_HOT']));
    expect(codes).not.toContain('UNKNOWN_COLUMN');
  });

  it.each([
    ['from', 6, 6, 'Root table'],
    ['when', 11, 10, 'only rows that match get this copy'],
    ['equals', 11, 33, 'NULL is equal to nothing'],
    ['ignore', 14, 4, 'Warnings that check does not show'],
  ])('shows the help of %s', async (_, line, column, help) => {
    expect(await server.hover(uri, line, column)).toContain(help);
  });

  it.each([...mappings()])('has nothing against %s', async (name, text) => {
    expect(await server.open(uriOf(name.replaceAll(/\W/g, '-')), MODELINE + text)).toEqual([]);
  });
});

/** Every mapping of the project in YAML: those in files, and the whole ones of the pages. */
function mappings(): readonly (readonly [name: string, text: string])[] {
  const scenarios = readdirSync(new URL('test/scenarios', root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `test/scenarios/${name}/mapping.yaml`)
    // A scenario of functions is a mapping in TypeScript.
    .filter((path) => existsSync(new URL(path, root)));
  const examples = readdirSync(new URL('mappings', root))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `mappings/${name}`);
  const files = [...examples, ...scenarios].map(
    (path) => [path, readFileSync(new URL(path, root), 'utf8')] as const,
  );
  const pages = ['README.md', ...readdirSync(new URL('docs', root)).map((name) => `docs/${name}`)];
  const blocks = pages.flatMap((page) =>
    codeBlocks(readPage(page))
      .filter(({ language, note, text }) => language === 'yaml' && note === '' && /^version:/m.test(text))
      .map(({ line, text }) => [`${page} line ${line}`, text] as const),
  );
  return [...files, ...blocks];
}

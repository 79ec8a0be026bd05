import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { readPage } from './code-blocks.js';

const PAGES = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(new URL('../../docs', import.meta.url))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

it('the README links to every page', () => {
  const readme = readPage('README.md');
  for (const page of PAGES.filter((path) => path.startsWith('docs/'))) expect(readme).toContain(`](${page})`);
});

describe.each(PAGES)('%s', (path) => {
  const here = new URL(`../../${path}`, import.meta.url);
  const text = readPage(path);

  it('names only flags that exist', () => {
    const { commands } = JSON.parse(readPage('oclif.manifest.json')) as Manifest;
    const flags = new Set(
      Object.values(commands).flatMap((command) =>
        Object.entries(command.flags).flatMap(([name, { allowNo }]) =>
          allowNo ? [name, `no-${name}`] : name,
        ),
      ),
    );
    // Options of our scripts, alone or in a sentence; parameters of an access pattern.
    const ours = text
      .replaceAll(/^npm run .*$/gm, '')
      .replaceAll(/^.*--(?:no-)?(?:shape|engine|protocol|contestant|rows|scenarios|into|rounds)\b.*$/gm, '')
      .replaceAll(/tablefold query [^`\n]*|`--\w+ \d+`/g, '');
    const named = [...ours.matchAll(/(?<![\w-])--([a-z][a-z-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !flags.has(name) && name !== 'help')).toEqual([]);
  });

  it('links only to pages and headings that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    for (const [link, file = '', heading] of links) {
      const linked = readFileSync(file === '' ? here : new URL(file, here), 'utf8');
      if (heading !== undefined) expect(anchorsOf(linked), link).toContain(heading);
    }
  });
});

it("the README's exit codes are those of the process", () => {
  const [, sentence = ''] = /Exit codes: ([^.]*)\./.exec(readPage('README.md')) ?? [];
  const named = [...sentence.matchAll(/\b(\d+) (\w+)/g)].map(([, code, word]) => [word, Number(code)]);
  expect(Object.fromEntries(named)).toEqual(EXIT);
});

interface Manifest {
  readonly commands: {
    readonly [id: string]: { readonly flags: { readonly [name: string]: { readonly allowNo?: boolean } } };
  };
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

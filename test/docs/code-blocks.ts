import { readFileSync } from 'node:fs';

export interface CodeBlock {
  readonly language: string;
  /** What stands behind the language: `skip`. */
  readonly note: string;
  readonly text: string;
  /** Of its first line of code, from 1. */
  readonly line: number;
}

/** A page of the project by its path: `docs/mapping.md`. */
export function readPage(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** The fenced blocks of a page, in order. */
export function codeBlocks(page: string): readonly CodeBlock[] {
  return [...page.matchAll(/^```(\w+)(.*)\n([\s\S]*?)^```$/gm)].map(
    ({ index, 1: language = '', 2: note = '', 3: text = '' }) => ({
      language,
      note: note.trim(),
      text,
      line: page.slice(0, index).split('\n').length + 1,
    }),
  );
}

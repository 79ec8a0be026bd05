import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';

/** What a command printed as a page shows it: without hosts, ports and the test's own name of the table. */
export function asShown(stdout: string, table: string): readonly string[] {
  return stdout
    .replaceAll(/postgres:\/\/\S+/g, 'postgres://…')
    .replaceAll(/dynamodb:\/\/[^/]+/g, 'dynamodb://…')
    .replaceAll(table, 'shop')
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** The block of the page is what was printed; with UPDATE_PAGE=1 the page is written anew. */
export async function expectBlock(page: string, block: string, printed: string): Promise<void> {
  if (process.env['UPDATE_PAGE'] !== '1') return expect(block).toBe(printed);
  await writeFile(
    page,
    (await readFile(page, 'utf8')).replace(block, () => printed),
  );
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openExport } from '../../../../src/source/dynamodb/export-scanner.js';
import type { ItemScanner } from '../../../../src/source/item-decoder.js';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.js';

const signal = new AbortController().signal;
let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

/** As S3 holds it: three files, 2,500 items in the first. */
async function exported(name: string, change: { summary?: object; counts?: readonly number[] } = {}) {
  const place = join(folder.path, name);
  await mkdir(join(place, 'data'), { recursive: true });
  const sizes = [2500, 3, 0];
  const { summary = {}, counts = sizes } = change;
  await writeFile(
    join(place, 'manifest-summary.json'),
    JSON.stringify({ outputFormat: 'DYNAMODB_JSON', itemCount: 2503, ...summary }),
  );
  const lines = sizes.map((_, at) =>
    JSON.stringify({ itemCount: counts[at], dataFileS3Key: `prefix/AWSDynamoDB/01/data/f${at}.json.gz` }),
  );
  await writeFile(join(place, 'manifest-files.json'), `${lines.join('\n')}\n`);
  for (const [at, size] of sizes.entries()) {
    const items = Array.from({ length: size }, (_, n) => `{"Item":{"id":{"S":"${at}-${n} ü"}}}\n`);
    await writeFile(join(place, 'data', `f${at}.json.gz`), gzipSync(items.join('')));
  }
  return place;
}

async function readAll(scanner: ItemScanner, segment: number, segments: number) {
  const pages: number[] = [];
  const ids: string[] = [];
  let after = null;
  do {
    const page = await scanner.scan({ segment, segments, consistent: false, after }, signal);
    pages.push(page.items.length);
    ids.push(...page.items.map((item) => String(item['id']?.['S'])));
    after = page.next;
  } while (after !== null);
  return { pages, ids };
}

test('every item is in one segment, a page at a time, and a page can be read again', async () => {
  const { scanner, itemCount } = await openExport(await exported('whole'));
  expect(itemCount).toBe(2503);
  const parts = [];
  for (let segment = 0; segment < 8; segment += 1) parts.push(await readAll(scanner, segment, 8));
  expect(parts[0]?.pages).toEqual([1000, 1000, 500]);
  const ids = parts.flatMap((part) => part.ids);
  expect(ids).toHaveLength(2503);
  expect(new Set(ids).size).toBe(2503);
  const after = { read: { N: '1000' } };
  const twice = [1, 2].map(() => scanner.scan({ segment: 0, segments: 8, consistent: false, after }, signal));
  for (const page of await Promise.all(twice)) expect(page.items[0]).toEqual({ id: { S: '0-1000 ü' } });
});

test('items are not looked up in it', async () => {
  const { scanner } = await openExport(await exported('lookup'));
  expect(await scanner.get([], signal)).toEqual(new Map());
  await expect(scanner.get(['{"pk":{"S":"x"}}'], signal)).rejects.toThrow(/from front to back/);
});

test('what is no whole export of DynamoDB JSON is refused', async () => {
  await expect(openExport(join(folder.path, 'gone'))).rejects.toThrow(/manifest-summary.json cannot be read/);
  for (const summary of [{ outputFormat: 'ION' }, { exportType: 'INCREMENTAL_EXPORT' }]) {
    await expect(openExport(await exported('other', { summary }))).rejects.toThrow(/is an export of/);
  }
  const short = await openExport(await exported('short', { counts: [2501, 3, 0] }));
  await expect(readAll(short.scanner, 0, 8)).rejects.toThrow(/holds 2500 items, and its manifest says 2501/);
  const place = await exported('cut');
  await writeFile(join(place, 'data', 'f1.json.gz'), gzipSync('{"Item":{}}\n').subarray(0, 20));
  const cut = await openExport(place);
  await expect(readAll(cut.scanner, 1, 8)).rejects.toThrow(/f1.json.gz cannot be read/);
});

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { Orphan } from '../../../../src/operations/prune/delete-orphans.js';
import { OrphanSpool } from '../../../../src/operations/prune/orphan-spool.js';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.js';

let folder: TemporaryFolder | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await folder?.[Symbol.asyncDispose]();
});

/** The temporary folder of what follows, which is not there yet. */
async function useScratch(): Promise<string> {
  folder = await temporaryFolder();
  const scratch = join(folder.path, 'scratch');
  vi.stubEnv('TMPDIR', scratch);
  return scratch;
}

const orphan = (n: number): Orphan => ({
  entity: 'Order',
  source: `orders#${n}`,
  key: { pk: { S: `ORDER#${'ü'.repeat(n % 7)}\u2028\n${n}` }, sk: { S: '\ud800' } },
  fingerprint: `${n}`,
});
const ORPHANS = Array.from({ length: 5_000 }, (_, n) => orphan(n));

test('many orphans are in a file without a name, which a kill leaves nothing of, and come back in their order', async () => {
  const scratch = await useScratch();
  using spool = new OrphanSpool<Orphan>();
  for (let at = 0; at < ORPHANS.length; at += 100) {
    spool.add(ORPHANS.slice(at, at + 100));
    if (existsSync(scratch)) expect(readdirSync(scratch)).toEqual([]);
  }
  expect(existsSync(scratch)).toBe(true); // they went there
  expect(spool.count).toBe(ORPHANS.length);
  expect([...spool.orphans()]).toEqual(ORPHANS);
  expect([...spool.orphans()]).toEqual(ORPHANS);
});

test('a few are in memory alone', async () => {
  const scratch = await useScratch();
  using spool = new OrphanSpool<Orphan>();
  spool.add(ORPHANS.slice(0, 100));
  spool.add([]);
  expect([...spool.orphans()]).toEqual(ORPHANS.slice(0, 100));
  expect(existsSync(scratch)).toBe(false);
});

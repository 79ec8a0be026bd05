import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openUndo, readUndo } from '../../../../src/operations/prune/undo-file.js';

const done: string[] = [];

/** The real files, with a list of what was done to them. */
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  return {
    ...real,
    async open(...args: Parameters<typeof real.open>) {
      const handle = await real.open(...args);
      for (const call of ['appendFile', 'sync'] as const) {
        const work = handle[call].bind(handle) as (...rest: readonly unknown[]) => Promise<void>;
        Object.assign(handle, {
          async [call](...rest: readonly unknown[]) {
            await work(...rest);
            done.push(`${call} ${basename(String(args[0]))}`);
          },
        });
      }
      return handle;
    },
  };
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'undo-'));
});
afterAll(() => rm(folder, { recursive: true }));

const HEADER = { kind: 'undo', format: 1, table: 'shop', startedAt: '2024-01-31T09:30:00.000Z' } as const;
const item = (id: string) => ({ pk: { S: id }, sk: { S: 'A' }, text: { S: 'x' } });

it('what is in it, and its name in its folder, are on stable storage before anything is deleted', async () => {
  const path = join(folder, 'undo.ndjson');
  const name = basename(path);
  await using undo = await openUndo(path, HEADER);
  expect(done).toEqual([`appendFile ${name}`, `sync ${name}`, `sync ${basename(dirname(path))}`]);
  done.length = 0;
  await undo.add([item('a'), item('b')]);
  expect(done).toEqual([`appendFile ${name}`, `sync ${name}`]);
  expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(4);
  await undo.keep([{ pk: { S: 'a' }, sk: { S: 'A' } }]);
  await using read = await readUndo(path, ['pk', 'sk']);
  const deleted = [];
  for await (const one of read.deleted()) deleted.push(one);
  expect([read.items, deleted]).toEqual([1, [item('b')]]);
});

import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Disk } from '../../../../src/state/file/disk.js';
import { fileState } from '../../../../src/state/file/file-state.js';
import {
  collect,
  makeChunk,
  makeCounts,
  makeHeader,
  makeReject,
  makeTaken,
  stateContract,
} from '../../../contract/state.contract.js';
import { unsyncedDisk } from './recording-disk.js';

const RUN = 'shop';
const RESUME = makeTaken();
const [one, two] = [makeChunk('Order', 0), makeChunk('Order', 1)];

let root: string;
const contractRoot = mkdtemp(join(tmpdir(), 'tablefold-contract-'));
stateContract('the file state', async () => fileState(await contractRoot));
afterAll(async () => rm(await contractRoot, { recursive: true, force: true }));

describe('the file state', () => {
  let journal: string;
  let rejects: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'tablefold-'));
    journal = join(root, RUN, 'run.journal');
    rejects = join(root, RUN, 'rejects.ndjson');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  /** Two chunks planned in a commit each, the first done with a reject, the second open with another. */
  async function interruptedRun(): Promise<void> {
    await using state = await fileState(root).open(RUN);
    await state.begin(makeHeader({ entities: ['Order'] }));
    state.planned(one);
    state.reject(makeReject(one, 1));
    await state.done(one, makeCounts({ rejects: 1 }));
    state.planned(two);
    state.reject(makeReject(two, 2));
  }

  async function editJournal(edit: (lines: string[]) => string[]): Promise<void> {
    const lines = (await readFile(journal, 'utf8')).split('\n');
    await writeFile(journal, edit(lines).join('\n'));
  }

  it('makes folders and files for their owner alone', async () => {
    const old = process.umask(0);
    try {
      root = join(root, 'deep', 'state');
      await interruptedRun();
    } finally {
      process.umask(old);
    }
    const folder = join(root, RUN);
    for (const path of [root, folder]) expect((await stat(path)).mode & 0o777).toBe(0o700);
    const files = await readdir(folder);
    expect(files.sort()).toEqual(['lock.1', 'rejects.ndjson', 'run.journal']);
    for (const file of files) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  });

  it('makes nothing when it only looks', async () => {
    const store = fileState(join(root, 'nowhere'));
    expect(await store.list()).toEqual([]);
    expect(await store.read(RUN)).toBeNull();
    expect(await collect(store.rejects(RUN))).toEqual([]);
    expect(await readdir(root)).toEqual([]);
  });

  it('says where the reject log is, and removes the lines of open chunks from it on resume', async () => {
    await interruptedRun();
    const store = fileState(root);
    expect((await store.read(RUN))?.rejectLog).toBe(rejects);
    expect((await readFile(rejects, 'utf8')).trim().split('\n')).toHaveLength(2);
    await using state = await store.open(RUN);
    await state.resume(RESUME);
    expect(await readFile(rejects, 'utf8')).toBe(`${JSON.stringify(makeReject(one, 1))}\n`);
  });

  it('keeps a line with every line break that Unicode knows in one piece', async () => {
    const line = { ...makeReject(one, 1), reason: 'a\u2028b\u2029c\u0085d\re\n' };
    await using state = await fileState(root).open(RUN);
    await state.begin(makeHeader());
    state.planned(one);
    state.reject(line);
    await state.done(one, makeCounts({ rejects: 1 }));
    expect(await collect(fileState(root).rejects(RUN))).toEqual([line]);
  });

  it('keeps a run of many chunks in a small journal', async () => {
    const store = fileState(root, { disk: unsyncedDisk, journalGrowth: 4096 });
    await using state = await store.open(RUN);
    await state.begin(makeHeader({ entities: ['Order'] }));
    for (let number = 0; number < 3000; number += 1) {
      state.planned(makeChunk('Order', number));
      const done = state.done(makeChunk('Order', number), makeCounts());
      if (number % 20 === 0) await done;
    }
    state.plannedAll('Order');
    await state.finish('2026-01-04T00:00:00.000Z');
    expect((await stat(journal)).size).toBeLessThan(16_384);
    expect((await store.read(RUN))?.record.entities['Order']).toMatchObject({ done: 3000, open: [] });
  });

  describe('reading a journal', () => {
    it('drops a last commit that was cut off, and goes on from there', async () => {
      await interruptedRun();
      await editJournal((lines) => [...lines.slice(0, 3), lines[3]?.slice(0, 30) ?? '']);
      await using state = await fileState(root).open(RUN);
      expect(state.record?.entities['Order']).toMatchObject({ planned: 1, done: 1 });
      await state.resume(RESUME);
      state.planned(two);
      await state.done(two, makeCounts());
      expect((await fileState(root).read(RUN))?.record.entities['Order']).toMatchObject({ done: 2 });
    });

    it.each([
      ['a changed count', (line: string) => line.replace('"written":210', '"written":211')],
      ['a changed checksum', (line: string) => `${line.startsWith('0') ? 1 : 0}${line.slice(1)}`],
      ['zeros', (line: string) => '\0'.repeat(line.length)],
      ['nothing', () => ''],
    ])('refuses one with %s before lines that are whole', async (_, damage) => {
      await interruptedRun();
      await editJournal((lines) => lines.map((line, at) => (at === 2 ? damage(line) : line)));
      const error = {
        code: 'STATE_CORRUPT',
        message: expect.stringContaining(`${journal}, line 3,`),
        hint: expect.stringContaining('remove the folder'),
      };
      await expect(fileState(root).open(RUN)).rejects.toMatchObject(error);
      await expect(fileState(root).read(RUN)).rejects.toMatchObject(error);
    });

    it('refuses one that lacks a line', async () => {
      await interruptedRun();
      await editJournal((lines) => lines.filter((_, at) => at !== 2));
      await expect(fileState(root).open(RUN)).rejects.toMatchObject({ code: 'STATE_CORRUPT' });
    });

    it('refuses one that is empty or whose head is damaged, and lets the run go again', async () => {
      await interruptedRun();
      const text = await readFile(journal, 'utf8');
      for (const damaged of ['', 'x', text.slice(0, 100), text.replace('"Order"', '"Ordes"')]) {
        await writeFile(journal, damaged);
        await expect(fileState(root).open(RUN)).rejects.toMatchObject({ code: 'STATE_CORRUPT' });
      }
      await writeFile(journal, text);
      await using state = await fileState(root).open(RUN);
      expect(state.record).not.toBeNull();
    });

    it('refuses one of another version of tablefold', async () => {
      await interruptedRun();
      await editJournal((lines) => lines.map((line, at) => (at === 0 ? 'tablefold run, format 2' : line)));
      await expect(fileState(root).open(RUN)).rejects.toMatchObject({
        code: 'STATE_FORMAT',
        message: expect.stringContaining('format 2'),
      });
    });
  });

  it('refuses to resume when lines of done chunks are missing from the reject log', async () => {
    await interruptedRun();
    await writeFile(rejects, '');
    await expect(collect(fileState(root).rejects(RUN))).rejects.toMatchObject({ code: 'STATE_CORRUPT' });
    {
      await using state = await fileState(root).open(RUN);
      await expect(state.resume(RESUME)).rejects.toMatchObject({
        code: 'STATE_CORRUPT',
        message: expect.stringContaining('0 of the 1 lines'),
      });
    }
    await rm(rejects);
    await using state = await fileState(root).open(RUN);
    await expect(state.resume(RESUME)).rejects.toMatchObject({ code: 'STATE_CORRUPT' });
  });

  it('reads over the end of a reject log that a crash cut off', async () => {
    await interruptedRun();
    await appendFile(rejects, '{"chunk":"Order/0","entity":"Or');
    expect(await collect(fileState(root).rejects(RUN))).toEqual([makeReject(one, 1)]);
    await using state = await fileState(root).open(RUN);
    await state.resume(RESUME);
    state.reject(makeReject(two, 3));
    await state.done(two, makeCounts({ rejects: 1 }));
    expect(await collect(fileState(root).rejects(RUN))).toEqual([makeReject(one, 1), makeReject(two, 3)]);
  });

  it('claims nothing any more once the disk has failed, though it has room again', async () => {
    let full = false;
    const disk: Disk = {
      ...unsyncedDisk,
      create: async (path) => {
        const file = await unsyncedDisk.create(path);
        const sync = async () => {
          if (!full) return;
          throw Object.assign(new Error('ENOSPC: no space left on device, fdatasync'), {
            code: 'ENOSPC',
            syscall: 'fdatasync',
          });
        };
        return { ...file, sync };
      },
    };
    const state = await fileState(root, { disk }).open(RUN);
    await state.begin(makeHeader());
    state.planned(one);
    state.planned(two);
    full = true;
    const error = { code: 'STATE_IO', hint: expect.stringContaining('Free some space') };
    await expect(state.done(one, makeCounts())).rejects.toMatchObject(error);
    full = false;
    await expect(state.done(two, makeCounts())).rejects.toMatchObject(error);
    expect(() => state.planned(makeChunk('Order', 2))).toThrow('ENOSPC');
    expect(() => state.reject(makeReject(two, 1))).not.toThrow();
    await expect(state.finish('2026-01-04T00:00:00.000Z')).rejects.toMatchObject(error);
    await state[Symbol.asyncDispose]();
    await using again = await fileState(root).open(RUN);
    expect(again.record).not.toBeNull();
  });

  it('says what to do when the folder cannot be one', async () => {
    await writeFile(join(root, 'file'), '');
    for (const location of [join(root, 'file'), join(root, 'file', 'below')]) {
      await expect(fileState(location).open(RUN)).rejects.toMatchObject({
        code: 'STATE_IO',
        hint: expect.stringContaining('--state'),
      });
    }
  });

  it('lists only folders that hold a run', async () => {
    await interruptedRun();
    await mkdir(join(root, 'empty'));
    await writeFile(join(root, 'file'), '');
    expect(await fileState(root).list()).toEqual([RUN]);
  });
});

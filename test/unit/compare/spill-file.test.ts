import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../../src/compare/digest.js';
import { Spill } from '../../../src/compare/spill.js';
import { KeptFile } from '../../../src/compare/spill-file.js';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.js';

describe('a spill that is kept', () => {
  let folder: TemporaryFolder;
  let path: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    path = join(folder.path, 'items.spill');
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  /** Opens the first `bytes` of the file, adds records, and answers its length then. */
  function write(bytes: number, payloads: readonly string[], memoryBytes = 64 * 1024): number {
    const kept = KeptFile.open(path, bytes);
    using spill = new Spill({ folder: folder.path, memoryBytes, kept });
    for (const payload of payloads) spill.add(digestOf(payload), payload);
    spill.flush();
    kept.close();
    return kept.bytes;
  }

  function read(bytes: number): string[] {
    const kept = KeptFile.open(path, bytes);
    try {
      using spill = new Spill({ folder: folder.path, memoryBytes: 0, kept });
      return [...spill.buckets(1024)]
        .flatMap((bucket) => [...bucket.records()].map(({ payload }) => payload))
        .sort();
    } finally {
      kept.close();
    }
  }

  const some = Array.from({ length: 500 }, (_, at) => `first ${at} ${'ü'.repeat(at % 7)}`).sort();
  const more = Array.from({ length: 300 }, (_, at) => `second ${at}`).sort();

  it('gives another process what was written, in however many pieces', () => {
    const bytes = write(0, some);
    const all = write(bytes, more, 0);
    expect(all).toBeGreaterThan(bytes);
    expect(read(all)).toEqual([...some, ...more].sort());
  });

  it('forgets what is behind the length that was kept: blocks, or one that is torn', async () => {
    const bytes = write(0, some);
    write(bytes, more);
    expect(read(bytes)).toEqual(some);
    await appendFile(path, Buffer.from([7, 255, 255, 0, 0, 1]));
    expect(read(bytes)).toEqual(some);
    expect((await readFile(path)).length).toBe(bytes);
    expect(read(write(bytes, more))).toEqual([...some, ...more].sort());
  });

  it('begins anew over whatever was there', async () => {
    await writeFile(path, 'something else');
    expect(read(write(0, more))).toEqual(more);
  });

  it('refuses a file that has lost its end', async () => {
    const bytes = write(0, some);
    await truncate(path, bytes - 1);
    expect(() => read(bytes)).toThrowError(expect.objectContaining({ code: 'STATE_CORRUPT' }));
  });

  it('refuses a block that is not what was written, and heads that do not follow each other', async () => {
    const bytes = write(0, some);
    const good = await readFile(path);
    for (const at of [bytes - 1, 40, Math.floor(bytes / 2)]) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 1;
      await writeFile(path, bad);
      expect(() => read(bytes), `byte ${at}`).toThrowError(
        expect.objectContaining({ code: 'STATE_CORRUPT' }),
      );
    }
    const tooLong = Buffer.from(good);
    tooLong.writeUInt32LE(0xffffff, 'tablefold spill, format 1\n'.length + 1);
    await writeFile(path, tooLong);
    expect(() => read(bytes)).toThrowError(expect.objectContaining({ code: 'STATE_CORRUPT' }));
  });

  it('refuses a file of another version', async () => {
    const bytes = write(0, some);
    const other = (await readFile(path)).fill('2', 24, 25);
    await writeFile(path, other);
    expect(() => read(bytes)).toThrowError(expect.objectContaining({ code: 'STATE_FORMAT' }));
  });
});

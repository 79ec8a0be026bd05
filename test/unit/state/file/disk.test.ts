import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, nodeDisk } from '../../../../src/state/file/disk.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

test('a folder is made with those above it, for its owner alone, and may be there already', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'a', 'b', 'c');
  await makeFolder(path, nodeDisk);
  await makeFolder(path, nodeDisk);
  expect((await stat(join(folder.path, 'a', 'b'))).mode & 0o777).toBe(0o700);
  await writeFile(join(path, 'file'), '');
  await expect(makeFolder(join(path, 'file'), nodeDisk)).rejects.toThrow('EEXIST');
  await expect(makeFolder(join(path, 'file', 'below'), nodeDisk)).rejects.toThrow('ENOTDIR');
});

test.skipIf(process.platform !== 'linux')(
  'a place that takes no folders is an error, not a wait',
  async () => {
    await expect(makeFolder('/proc/tablefold/state', nodeDisk)).rejects.toThrow(/ENOENT|EACCES|EPERM/);
  },
);

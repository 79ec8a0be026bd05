import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The file (as a URL or a path) that a name means in a module; null where there is none. */
export type ResolveFrom = (name: string, from: string) => string | null;

/** `import … from 'a'`, `export … from 'a'`, `import 'a'`, `import('a')`, `require('a')`. */
const IMPORTED = /\b(?:from|import|require)\s*\(?\s*(['"`])([^'"`\n]+)\1/g;

/**
 * What a module's functions are made of, a line for each file: its path from the module and the sha256 of its text;
 * of a package, its name and version. Read from the text, so that it does not matter who loads which file:
 * what a comment seems to import counts as well, a name that is computed does not. The same wherever the folder lies.
 */
export function moduleGraph(path: string, resolveFrom: ResolveFrom): string {
  const lines = new Map<string, string>();
  const open = [path];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (lines.has(file)) continue;
    const text = readFileSync(file);
    lines.set(file, `${relative(dirname(path), file)} ${createHash('sha256').update(text).digest('hex')}`);
    for (const [, , name = ''] of text.toString('utf8').matchAll(IMPORTED)) {
      if (name === 'tablefold' || name.startsWith('node:') || builtinModules.includes(name)) continue;
      const found = fileOf(resolveFrom(name, file));
      if (found === null) continue;
      if (isLocal(name)) open.push(found);
      else lines.set(found, packageOf(name, found));
    }
  }
  return [...new Set(lines.values())].sort().join('\n');
}

function isLocal(name: string): boolean {
  return name.startsWith('.') || name.startsWith('/') || name.startsWith('file:');
}

function fileOf(resolved: string | null): string | null {
  if (resolved === null) return null;
  const path = resolved.startsWith('file:') ? fileURLToPath(resolved) : resolved;
  return existsSync(path) ? path : null;
}

/** Name and version of the nearest package.json that has both. */
function packageOf(name: string, file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const { name: own, version } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>;
    if (typeof own === 'string' && typeof version === 'string') return `${own}@${version}`;
  }
  return name;
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release } from 'node:os';
import { dirname, join } from 'node:path';

const LIBRARIES = [
  'pg',
  'mysql2',
  '@aws-sdk/client-dynamodb',
  'electrodb',
  'dynamodb-toolbox',
  'dynamoose',
] as const;

/** What figures depend on: processor, cores, kernel, Node and libraries. Engines add themselves. */
export function describeMachine(): Record<string, string | number> {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    kernel: `${process.platform} ${release()}`,
    node: process.version,
    ...Object.fromEntries(LIBRARIES.map((name) => [name, versionOf(name)])),
  };
}

/** Packages need not export their package.json: it is looked for above what they do export. */
function versionOf(name: string): string {
  let folder = dirname(createRequire(import.meta.url).resolve(name));
  while (!folder.endsWith(join('node_modules', name))) folder = dirname(folder);
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}

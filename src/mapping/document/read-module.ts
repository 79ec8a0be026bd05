import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createJiti } from 'jiti';
import { messageOf } from '../../support/error.js';
import { mappingError } from '../errors.js';
import { moduleGraph } from './module-graph.js';
import { moduleTree } from './module-tree.js';
import type { ReadDocument } from './read-yaml.js';
import { locator } from './text-tree.js';

/** This package's own entry: `dist/index.js`, or `src/index.ts` where the sources run as they are. */
const ENTRY = new URL(`../../index${extname(import.meta.url)}`, import.meta.url).href;

/**
 * Runs a TypeScript or JavaScript module and takes its default export, or the one named `mapping`. What
 * it imports as `tablefold` is this very package, wherever the file lies. Nothing is cached on disk.
 * Throws `MAPPING_SYNTAX` with the line in the user's own source.
 */
export async function readModule(source: string, file: string): Promise<ReadDocument> {
  const path = resolve(file);
  const tablefold: unknown = await import(ENTRY);
  const jiti = createJiti(path, { virtualModules: { tablefold }, fsCache: false, moduleCache: false });
  let exported: unknown;
  try {
    exported = await jiti.import(path);
  } catch (error) {
    throw describeFailure(error, file, path);
  }
  const document = documentOf(exported, file);
  const locate = locator(() => moduleTree(source, document), source, file);
  const resolveFrom = (name: string, from: string) =>
    jiti.esmResolve(name, { parentURL: pathToFileURL(from).href, try: true }) ?? null;
  return { document, locate, problems: [], code: () => moduleGraph(path, resolveFrom) };
}

function documentOf(exported: unknown, file: string): unknown {
  if (typeof exported === 'object' && exported !== null) {
    if ('default' in exported) return exported.default;
    if ('mapping' in exported) return exported.mapping;
    if ('version' in exported) return exported; // module.exports = { version: 1, … }
  }
  const names = typeof exported === 'object' && exported !== null ? Object.keys(exported) : [];
  const found = names.length === 0 ? 'nothing' : names.join(', ');
  throw mappingError('MAPPING_SYNTAX', `${file} exports no mapping, but ${found}`, {
    hint: 'Write: export default defineMapping({ version: 1, … });',
  });
}

function describeFailure(error: unknown, file: string, path: string): Error {
  const [message = ''] = messageOf(error).split('\n');
  const where = positionIn(error, path);
  const place = where === null ? file : `${file}:${where}`;
  return mappingError('MAPPING_SYNTAX', `${place}: ${message.trim()}`, {
    cause: error,
    hint:
      where === null ? `Run ${file} on its own to see where it fails.` : `Mend ${file} near line ${where}.`,
  });
}

/** The first frame in the user's file: `/path/to/shop.ts:12:5`. The transpiler keeps lines, not columns. */
function positionIn(error: unknown, path: string): string | null {
  const text = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : '';
  const at = text.indexOf(`${path}:`);
  return at < 0 ? null : (/^\d+/.exec(text.slice(at + path.length + 1))?.[0] ?? null);
}

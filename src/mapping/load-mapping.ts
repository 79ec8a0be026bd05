import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { messageOf } from '../support/error.js';
import { documentDigest, functionsIn } from './document/document-digest.js';
import { plainDocument } from './document/plain-document.js';
import { readModule } from './document/read-module.js';
import { type ReadDocument, readYaml } from './document/read-yaml.js';
import { validateDocument } from './document/validate-document.js';
import { MappingInvalid, mappingError } from './errors.js';
import type { Mapping } from './mapping.js';
import { byPlace, type Locate, placeProblems } from './problem.js';

export interface LoadedMapping {
  readonly mapping: Mapping;
  /** As it was asked for. */
  readonly file: string;
  /**
   * sha256, hex, of what the document means: the same for YAML and TypeScript that say the same. Where it holds
   * functions, also of every module that its file imports.
   */
  readonly digest: string;
  /** Where in the file a part of the document stands. */
  readonly place: Locate;
}

const READERS = {
  '.yaml': readYaml,
  '.yml': readYaml,
  '.json': readYaml,
  '.ts': readModule,
  '.mts': readModule,
  '.cts': readModule,
  '.js': readModule,
  '.mjs': readModule,
  '.cjs': readModule,
} as const;

/**
 * Reads a mapping document of any spelling and checks its shape. Throws `MAPPING_UNREADABLE`,
 * `MAPPING_SYNTAX`, and `MAPPING_INVALID` with every problem at once.
 */
export async function loadMapping(file: string): Promise<LoadedMapping> {
  const extension = extname(file).toLowerCase();
  if (!isReadable(extension)) {
    throw mappingError(
      'MAPPING_UNREADABLE',
      `${file}: ${extension || 'no extension'} is no kind of mapping`,
      {
        hint: `Name a file that ends in ${Object.keys(READERS).join(', ')}.`,
      },
    );
  }
  return validated(await READERS[extension](await readSource(file), file), file);
}

/** The same of a text that is YAML or JSON; `file` is what problems call it. */
export function parseMapping(source: string, file: string): LoadedMapping {
  return validated(readYaml(source, file), file);
}

/**
 * The same of an object that a program made; `name` is what problems call it. Of functions that it holds, the
 * digest sees their own text, and not what they import: change `name` when that changes.
 */
export function mappingFromObject(document: Mapping, name = 'mapping'): LoadedMapping {
  const code = () => [name, ...functionsIn(document).map(String)].join('\n');
  return validated({ document, locate: () => null, problems: [], code }, name);
}

function validated({ document: read, locate, problems, code }: ReadDocument, file: string): LoadedMapping {
  const document = plainDocument(read, file);
  const validation = validateDocument(document);
  const all = [...problems, ...placeProblems(validation.problems, locate)].sort(byPlace);
  if (validation.mapping === null || all.length > 0) {
    const [count, them] = all.length === 1 ? ['a mistake', 'it'] : [`${all.length} mistakes`, 'them'];
    throw new MappingInvalid(`${file} has ${count}`, all, { hint: `Mend ${them} and check again.` });
  }
  return {
    mapping: validation.mapping,
    file,
    digest: documentDigest(validation.mapping, code),
    place: locate,
  };
}

/** The mapping for another table than its own; undefined: for its own. */
export function withTable(loaded: LoadedMapping, table: string | undefined): LoadedMapping {
  if (table === undefined) return loaded;
  const { mapping } = loaded;
  return { ...loaded, mapping: { ...mapping, table: { ...mapping.table, name: table } } };
}

function isReadable(extension: string): extension is keyof typeof READERS {
  return Object.hasOwn(READERS, extension);
}

async function readSource(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const message = missing ? `there is no file ${file}` : `cannot read ${file}: ${messageOf(error)}`;
    const hint = missing
      ? 'Name the file of a mapping that is there.'
      : 'Make it a file that this user may read.';
    throw mappingError('MAPPING_UNREADABLE', message, { cause: error, hint });
  }
}

import { resolveOrThrow } from '../mapping/check-mapping.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { namedSchemas } from '../mapping/named-schemas.js';
import { resolveMapping } from '../mapping/resolve-mapping.js';
import type { ResolvedMapping } from '../mapping/resolved-mapping.js';
import type { Source } from '../source/source.js';
import type { SourceSchema } from '../source/source-schema.js';
import type { RunHeader, StateStore } from '../state/state.js';
import { usageError } from './errors.js';

export interface KnownSchemaOptions {
  readonly mapping: LoadedMapping;
  readonly state: StateStore;
  /** Opened only where no run knows the schema; absent: there is none to ask. */
  readonly openSource?: (() => Promise<Source>) | undefined;
  readonly signal: AbortSignal;
}

/** A mapping whose keys can be made and read, and where the types of its columns are known from. */
export interface KnownSchema {
  readonly resolved: ResolvedMapping;
  /** What it was resolved with. */
  readonly schema: SourceSchema;
  /** `the run shop in .tablefold`, or the source's label. */
  readonly from: string;
  /** The mapping is not the one that the run wrote with. */
  readonly changed: boolean;
}

/**
 * How keys are written depends on the types of columns. A run remembers them, so that the table can be read
 * when the source is gone or busy; only without such a run, or where the mapping has grown since by what
 * the run does not know, is the source asked. Throws `USAGE_MISSING`, `MAPPING_INVALID`, `STATE_*`,
 * `SOURCE_*`.
 */
export async function knownSchema(options: KnownSchemaOptions): Promise<KnownSchema> {
  const { mapping, state, openSource, signal } = options;
  const { name } = mapping.mapping.table;
  let tried: { readonly run: string; readonly header: RunHeader } | null = null;
  for (const run of [name, `${name}.canary`]) {
    const header = (await state.read(run))?.record.header;
    if (header?.schema === undefined) continue;
    const { resolved } = resolveMapping(mapping.mapping, header.schema);
    if (resolved !== null) {
      const from = `the run ${run} in ${state.label}`;
      const changed = header.mappingDigest !== mapping.digest;
      return { resolved, schema: header.schema, from, changed };
    }
    tried ??= { run, header };
  }
  if (openSource !== undefined) {
    await using source = await openSource();
    const schema = await source.discover(signal, namedSchemas(mapping.mapping));
    const resolved = resolveOrThrow(mapping, schema);
    return { resolved, schema, from: source.label, changed: false };
  }
  if (tried?.header.schema !== undefined) {
    // Says with every problem what of the mapping the run did not know.
    resolveOrThrow(mapping, tried.header.schema);
  }
  throw usageError(
    'USAGE_MISSING',
    `the types of the columns behind the keys are not known: ${state.label} holds no run into ${name}`,
    {
      hint: 'Point --state at the folder of the migration, or pass --source URL (or set SOURCE_URL).',
    },
  );
}

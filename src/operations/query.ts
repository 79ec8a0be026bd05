import type { WireItem } from '../item/attribute-value.js';
import { type CompiledPattern, compilePattern, type Target } from '../mapping/access/compile-pattern.js';
import { compileIdentify, type Identity } from '../mapping/access/identify-item.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import type { ResolvedMapping } from '../mapping/resolved-mapping.js';
import { sinkError } from '../sink/errors.js';
import type { Sink } from '../sink/sink.js';
import { cursorsOf, pageToken } from './page-token.js';
import { completeParameters, findPattern, misfit, unserved } from './query-parameters.js';
import { mergeTargets } from './query-targets.js';

export interface QueryOptions {
  readonly mapping: LoadedMapping;
  readonly resolved: ResolvedMapping;
  readonly sink: Sink;
  /** Name of an access pattern. */
  readonly pattern: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** The most items; default the pattern's own limit, else 100. `all`: every one there is. */
  readonly limit?: number | 'all' | undefined;
  /** From a former report: goes on behind its last item. */
  readonly pageToken?: string | undefined;
  /** Strongly consistent, where DynamoDB can: on the table. Default true. */
  readonly consistent?: boolean | undefined;
  readonly signal: AbortSignal;
}

/** What an access pattern finds. Plain JSON: `query --json` prints it. */
export interface QueryReport {
  readonly pattern: string;
  readonly table: string;
  /** Null: the table itself was asked. */
  readonly index: string | null;
  readonly consistent: boolean;
  readonly parameters: { readonly [name: string]: string };
  /** The key conditions that were asked, one for each shard. */
  readonly targets: readonly Target[];
  readonly items: readonly FoundItem[];
  /** Read units that DynamoDB says it consumed; null where it does not say. */
  readonly readUnits: number | null;
  readonly requests: number;
  /** Continues behind the last item; null where that was the last there is. */
  readonly nextPageToken: string | null;
}

export interface FoundItem {
  /** Null: no copy of the mapping makes such an item. */
  readonly entity: string | null;
  readonly copy: string | null;
  /** What the key holds, by source column. */
  readonly key: Identity['key'];
  /** As DynamoDB has it: numbers as their exact text. */
  readonly item: WireItem;
}

const DEFAULT_LIMIT = 100;

/**
 * Runs an access pattern: only Query, never Scan. Throws `USAGE_VALUE` for an unknown pattern, parameter or a
 * value of the wrong type, `USAGE_MISSING` for a parameter that is absent, and `SINK_*`.
 */
export async function query(options: QueryOptions): Promise<QueryReport> {
  const { mapping, resolved, sink, signal } = options;
  const pattern = findPattern(options.pattern, mapping.mapping);
  const compiled = compilePattern(options.pattern, pattern, resolved);
  if (compiled === null) throw unserved(options.pattern, mapping.file);
  const parameters = completeParameters(compiled, options.parameters);
  const made = compiled.targets(parameters);
  if (made.kind === 'misfit') throw misfit(compiled, made);

  const consistent = compiled.index === null && (options.consistent ?? true);
  const asked = JSON.stringify([resolved.table.name, compiled.name, compiled.descending, made.targets]);
  const cursors = cursorsOf(options.pageToken, asked, made.targets.length);
  const reader = await sink.openReader();
  if (reader === null) throw sinkError('SINK_REFUSED', `${sink.label} cannot be read`);
  await using _ = reader;
  const { items, requests, readUnits, next } = await mergeTargets({
    reader,
    targets: made.targets,
    keys: keysOf(resolved, compiled),
    cursors,
    descending: compiled.descending,
    consistent,
    limit: limitOf(options.limit, compiled),
    signal,
  });
  const identify = compileIdentify(resolved);
  return {
    pattern: compiled.name,
    table: sink.label,
    index: compiled.index?.name ?? null,
    consistent,
    parameters: Object.fromEntries(parameters),
    targets: made.targets,
    items: items.map((item) => describe(item, identify(item))),
    readUnits,
    requests,
    nextPageToken: next === null ? null : pageToken(next, asked),
  };
}

function describe(item: WireItem, identity: Identity | null): FoundItem {
  const { entity, copy, key } = identity ?? { entity: null, copy: null, key: {} };
  return { entity, copy, key, item };
}

function limitOf(asked: QueryOptions['limit'], { limit }: CompiledPattern): number | null {
  if (asked === 'all') return null;
  return asked ?? limit ?? DEFAULT_LIMIT;
}

/** The attributes of the keys, of the index where one is asked. */
function keysOf({ table }: ResolvedMapping, { index }: CompiledPattern) {
  const { partitionKey, sortKey } = index ?? table;
  return {
    index: index?.name ?? null,
    partitionKey,
    sortKey,
    /** What names a place in the query: keys of the index and of the table. */
    place: [...new Set([table.partitionKey, table.sortKey, partitionKey, sortKey ?? []].flat())],
  };
}

import { type CompiledPattern, compilePattern, type Target } from '../mapping/access/compile-pattern.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import type { ResolvedMapping } from '../mapping/resolved-mapping.js';
import type { Sink } from '../sink/sink.js';
import { type Found, findItems } from './found-items.js';
import { completeParameters, findPattern, misfit, unserved } from './query-parameters.js';

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
export interface QueryReport extends Found {
  readonly pattern: string;
  readonly table: string;
  /** Null: the table itself was asked. */
  readonly index: string | null;
  readonly consistent: boolean;
  readonly parameters: { readonly [name: string]: string };
  /** The key conditions that were asked, one for each shard. */
  readonly targets: readonly Target[];
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
  const found = await findItems({
    ...{ resolved, sink, index: compiled.index, targets: made.targets, descending: compiled.descending },
    ...{ consistent, limit: limitOf(options.limit, compiled), pageToken: options.pageToken, signal },
  });
  return {
    pattern: compiled.name,
    table: sink.label,
    index: compiled.index?.name ?? null,
    consistent,
    parameters: Object.fromEntries(parameters),
    targets: made.targets,
    ...found,
  };
}

function limitOf(asked: QueryOptions['limit'], { limit }: CompiledPattern): number | null {
  if (asked === 'all') return null;
  return asked ?? limit ?? DEFAULT_LIMIT;
}

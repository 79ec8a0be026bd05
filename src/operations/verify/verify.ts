import type { EntityMapper } from '../../mapping/mapper.js';
import type { AccessPattern } from '../../mapping/mapping.js';
import { createMeter, type Meter } from '../../pipeline/meter.js';
import type { Row } from '../../source/source.js';
import { diff } from '../diff.js';
import type { DiffOptions } from '../diff-options.js';
import { usageError } from '../errors.js';
import { keepSnapshot } from '../patient-source.js';
import { estimateRows, mappedTables, type Prepared, prepare } from '../prepare.js';
import { drawRows } from './draw-rows.js';
import { unverified, verifyPattern } from './verify-pattern.js';
import type { PatternVerdict, VerifyReport } from './verify-report.js';

export interface VerifyOptions extends Omit<DiffOptions, 'repair' | 'prepared' | 'run'> {
  /** Default: both. */
  readonly only?: 'items' | 'patterns' | undefined;
  /** Parameter sets for each pattern; default 20. */
  readonly parameterSets?: number | undefined;
  /** The same number draws the same sets from the same rows; default 1. */
  readonly seed?: number | undefined;
  /** Told of each pattern before it is asked. */
  readonly onPattern?: ((pattern: string) => void) | undefined;
}

/** Parameter sets of each pattern. */
export const DEFAULT_SETS = 20;

/**
 * The verdict: every access pattern that has `sql` is asked on both sides with parameters that are drawn from the rows, and
 * every item is compared with its row. Writes nothing. Throws as `diff` does; `USAGE_VALUE` where patterns alone are to
 * be verified and none has `sql`.
 */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  const started = performance.now();
  const { source, sink, only, mapping, entities } = options;
  const asked = patternsOf(options).some(([, { sql }]) => sql !== undefined);
  if (only === 'patterns' && !asked) {
    const of = entities === undefined ? '' : ` of ${entities.join(', ')}`;
    throw usageError('USAGE_VALUE', `${mapping.file} has no access pattern${of} with sql to verify`, {
      hint: 'Write sql into accessPatterns (docs/mapping.md), or verify the items.',
    });
  }
  const meter = options.meter ?? createMeter();
  const prepared = await prepare(options);
  const patterns = only === 'items' ? null : await verifyPatterns({ ...options, meter }, prepared);
  const items = only === 'patterns' ? null : await diff({ ...options, meter, prepared });
  return {
    source: source.label,
    table: sink.label,
    equal:
      (patterns ?? []).every(isFine) &&
      (items === null ? (patterns ?? []).some(({ sets }) => sets > 0) : isSame(items.totals)),
    patterns,
    items,
    durationMs: Math.round(performance.now() - started),
  };
}

/** Of all entities, or those that answer with one that was asked for. */
function patternsOf({ mapping, entities }: VerifyOptions): readonly (readonly [string, AccessPattern])[] {
  const all = Object.entries(mapping.mapping.accessPatterns ?? {});
  if (entities === undefined) return all;
  return all.filter(([, { returns }]) => returns !== undefined && entities.includes(returns));
}

function isFine({ verdict }: PatternVerdict): boolean {
  return verdict === 'equal' || verdict === 'not verified';
}

function isSame({
  missing,
  different,
  orphans,
  rejects,
}: NonNullable<VerifyReport['items']>['totals']): boolean {
  return missing + different + orphans + rejects === 0;
}

async function verifyPatterns(
  options: VerifyOptions & { readonly meter: Meter },
  prepared: Prepared,
): Promise<readonly PatternVerdict[]> {
  const { mapping, sink, meter, signal, seed = 1 } = options;
  const patterns = patternsOf(options);
  if (patterns.every(([, { sql }]) => sql === undefined)) {
    return patterns.map(([name]) => unverified(name, 'not verified', 'no sql to compare with'));
  }
  await using keeper = await keepSnapshot(options, prepared, meter, {
    concurrency: 1,
    tables: mappedTables(prepared.mappers),
    consistency: 'chunk',
    signal,
  });
  const drawn = new Map<string, Promise<readonly Row[]>>();
  const verifying = {
    ...{ resolved: prepared.resolved, dialect: prepared.schema.dialect, sink, keeper, seed, signal },
    count: options.parameterSets ?? DEFAULT_SETS,
    samples: options.samples ?? 5,
    rowsOf({ name }: { readonly name: string }): Promise<readonly Row[]> {
      const rows = drawn.get(name) ?? draw(name, prepared);
      drawn.set(name, rows);
      return rows;
    },
    mapperOf: ({ name }: { readonly name: string }) => mapperOf(name, prepared),
    placeOf(pattern: string): string {
      const place = mapping.place(['accessPatterns', pattern, 'sql']);
      return place === null ? mapping.file : `${place.file}:${place.line}:${place.column}`;
    },
  };
  const verdicts: PatternVerdict[] = [];
  for (const [name, pattern] of patterns) {
    signal.throwIfAborted();
    options.onPattern?.(name);
    verdicts.push(await verifyPattern(name, pattern, verifying));
  }
  return verdicts;

  function draw(entity: string, { schema }: Prepared): Promise<readonly Row[]> {
    const mapper = mapperOf(entity, prepared);
    return drawRows(mapper, keeper, { estimatedRows: estimateRows([mapper], schema), seed, signal });
  }
}

function mapperOf(entity: string, { mappers }: Prepared): EntityMapper {
  const mapper = mappers.find((one) => one.entity === entity);
  if (mapper === undefined) throw new TypeError(`no mapper of ${entity}`);
  return mapper;
}

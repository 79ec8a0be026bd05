import { checkMapping } from '../mapping/check-mapping.js';
import { compileMapping } from '../mapping/compile-mapping.js';
import { idleIgnores, withoutIgnored } from '../mapping/ignore-warnings.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { lossRisks } from '../mapping/loss-risks.js';
import { namedSchemas } from '../mapping/named-schemas.js';
import { byPlace, type Problem, placeProblems } from '../mapping/problem.js';
import { resolveMapping } from '../mapping/resolve-mapping.js';
import type { ResolvedMapping } from '../mapping/resolved-mapping.js';
import { weighMapping } from '../mapping/weigh-mapping.js';
import type { Source } from '../source/source.js';
import { findTable, type SourceSchema } from '../source/source-schema.js';
import { type RiskReport, riskReport } from './measure-risks.js';

export interface CheckOptions {
  readonly mapping: LoadedMapping;
  readonly source: Source;
  readonly signal: AbortSignal;
}

/** Every problem of a mapping against a live source. Plain JSON: `check --json` prints it. */
export interface CheckReport {
  readonly mapping: string;
  readonly source: string;
  readonly digest: string;
  readonly errors: number;
  readonly warnings: number;
  /** Warnings that `check.ignore` of the mapping keeps from `problems`. */
  readonly ignored: number;
  readonly problems: readonly Problem[];
  /** What columns can hold and DynamoDB cannot: rejects, should a row hold it. Empty where there are errors. */
  readonly risks: readonly RiskReport[];
  readonly entities: readonly CheckedEntity[];
}

export interface CheckedEntity {
  readonly entity: string;
  readonly table: string;
  /** From the source's statistics; null where it has none. */
  readonly estimatedRows: number | null;
  readonly copies: readonly string[];
}

/** Reads the schema only, no rows. Throws `SOURCE_*`; problems of the mapping are in the report. */
export async function check({ mapping, source, signal }: CheckOptions): Promise<CheckReport> {
  const schemas = namedSchemas(mapping.mapping);
  const schema = await source.discover(signal, schemas);
  const problems = [...checkMapping(mapping, schema)];
  if (!problems.some(({ severity }) => severity === 'error')) {
    const { resolved } = resolveMapping(mapping.mapping, schema);
    problems.push(...(await probeQueries(mapping, resolved, source, signal)));
    const weighed =
      resolved === null ? [] : weighMapping(resolved, schema, await source.statistics(signal, schemas));
    problems.push(...placeProblems(weighed, mapping.place));
    problems.push(...idleIgnores(problems, mapping));
    problems.sort(byPlace);
  }
  const shown = withoutIgnored(problems, mapping.mapping);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return {
    mapping: mapping.file,
    source: source.label,
    digest: mapping.digest,
    errors,
    warnings: shown.length - errors,
    ignored: problems.length - shown.length,
    problems: shown,
    risks: errors > 0 ? [] : risksOf(mapping, schema),
    entities: Object.entries(mapping.mapping.entities).map(([entity, { from, items }]) => ({
      entity,
      table: from,
      estimatedRows: findTable(schema, from)?.estimatedRows ?? null,
      copies: Object.keys(items),
    })),
  };
}

function risksOf({ mapping }: LoadedMapping, schema: SourceSchema): readonly RiskReport[] {
  const { resolved } = resolveMapping(mapping, schema);
  const risks = resolved === null ? [] : lossRisks(resolved, schema);
  return risks.map((risk) => riskReport(risk, schema.defaultSchema));
}

/** The source's own opinion of each query: `where` is its language, not ours. */
async function probeQueries(
  mapping: LoadedMapping,
  resolved: ResolvedMapping | null,
  source: Source,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { entity, query } of resolved === null ? [] : compileMapping(resolved).entities) {
    const complaint = await source.probe(query, signal);
    if (complaint === null) continue;
    const path = ['entities', entity, ...(query.where === null ? [] : ['where'])];
    problems.push({
      severity: 'error',
      code: 'SOURCE_REFUSES',
      message: `the source refuses the query of ${entity}: ${complaint}`,
      fix: 'Mend "where", or grant SELECT on the tables to the user.',
      path,
      place: mapping.place(path),
    });
  }
  return problems;
}

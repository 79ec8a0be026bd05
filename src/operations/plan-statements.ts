import { tableLabel } from '../source/source-schema.js';
import type { SourceStatement } from '../source/source-statement.js';
import { riskMeasures } from './measure-risks.js';
import { MIGRATE_DEFAULTS } from './migrate.js';
import { risksOf } from './plan.js';
import { mappedTables, prepare } from './prepare.js';
import type { ReadingOptions, SelectedRows } from './reading-options.js';
import { isCanary, planOf } from './selection.js';

export interface PlanStatementsOptions
  extends SelectedRows,
    Omit<ReadingOptions, 'sourcePatienceMs' | 'meter' | 'onPrepared' | 'log'> {
  /** Default: unless a selection makes the plan a quick look. */
  readonly measure?: boolean | undefined;
}

/** Every statement that reading the rows will send. Plain JSON: `plan --sql --json` prints it. */
export interface StatementsReport {
  readonly source: string;
  /** Of connections and of the snapshot, whatever is read. */
  readonly run: readonly SourceStatement[];
  readonly entities: readonly { readonly entity: string; readonly statements: readonly SourceStatement[] }[];
  /** Once more over the keys alone, where they are not proved to be unique: before any item is written. */
  readonly collisions: readonly {
    readonly entity: string;
    readonly copies: readonly string[];
    readonly statements: readonly SourceStatement[];
  }[];
  /** Counts of values at risk: `plan` asks for them, `migrate` does not. */
  readonly measures: readonly { readonly table: string; readonly statements: readonly SourceStatement[] }[];
}

/**
 * What `migrate` and `plan` will send the source, told before they do: no row is read. The source is asked for its
 * catalogs, and to prepare the queries (`LIMIT 0`). Throws as `plan` does.
 */
export async function planStatements(options: PlanStatementsOptions): Promise<StatementsReport> {
  const { source } = options;
  const prepared = await prepare(options);
  const { mappers, unproved, schema } = prepared;
  const selection = options.selection ?? {};
  const plan = planOf(selection, mappers, options.chunkSize ?? MIGRATE_DEFAULTS.chunkSize);
  const { rowsPerChunk } = plan;
  const whole = !isCanary(selection);
  const measures = (options.measure ?? whole) ? riskMeasures(risksOf(prepared)) : [];
  return {
    source: source.label,
    run: source.statements.ofRun({
      concurrency: options.sourceConcurrency ?? MIGRATE_DEFAULTS.sourceConcurrency,
      consistency: options.consistency ?? 'snapshot',
      tables: mappedTables([...mappers, ...unproved.map(({ mapper }) => mapper)]),
    }),
    entities: mappers.map(({ entity, query }) => ({
      entity,
      statements: source.statements.ofEntity(query, plan),
    })),
    collisions: unproved.map(({ mapper: { entity, copies, query } }) => ({
      entity,
      copies,
      statements: source.statements.ofEntity(query, { rowsPerChunk }),
    })),
    measures: measures.map((measure) => ({
      table: tableLabel(measure.table, schema.defaultSchema),
      statements: source.statements.ofMeasure(measure),
    })),
  };
}

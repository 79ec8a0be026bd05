/** The public API, in the order data flows. `docs/library.md` shows it at work. */

export { type DynamoDb, openDynamoDb } from './dynamodb/client.js';
export type { Item } from './item/item.js';
export { isPart, partCount, partSortKey, restoreItem } from './item/oversize.js';
export type { Reject, RejectCode } from './item/reject.js';
export {
  type DeriveCell,
  type DerivedAttribute,
  type DeriveRow,
  type DeriveValue,
  derive,
} from './mapping/derive.js';
export { MappingInvalid } from './mapping/errors.js';
export { type LoadedMapping, loadMapping, mappingFromObject } from './mapping/load-mapping.js';
export { defineMapping, type Mapping } from './mapping/mapping.js';
export type { Problem } from './mapping/problem.js';
export { resolveTable } from './mapping/resolve/resolve-table.js';
export { type CheckReport, check } from './operations/check.js';
export { diff } from './operations/diff.js';
export type { DiffOptions } from './operations/diff-options.js';
export type { Difference, DiffReport } from './operations/diff-report.js';
export { type DiffRun, type DiffRunOptions, openDiffRun } from './operations/diff-run.js';
export type { FoundItem } from './operations/found-items.js';
export { type KnownSchema, knownSchema } from './operations/known-schema.js';
export { type MigrateOptions, migrate } from './operations/migrate.js';
export type { MigrateReport } from './operations/migrate-report.js';
export { plan } from './operations/plan.js';
export type { PlanReport } from './operations/plan-report.js';
export { planStatements, type StatementsReport } from './operations/plan-statements.js';
export { type PruneOptions, prune } from './operations/prune/prune.js';
export { type PruneCopiesOptions, pruneCopies } from './operations/prune/prune-copies.js';
export type { PruneCopiesReport, PruneReport, UndoReport } from './operations/prune/prune-report.js';
export { type UndoPruneOptions, undoPrune } from './operations/prune/undo-prune.js';
export { type QueryOptions, type QueryReport, query } from './operations/query.js';
export { type ShowReport, show } from './operations/show.js';
export { type PartitionReport, showPartition } from './operations/show-partition.js';
export { type StatusReport, status } from './operations/status.js';
export {
  createMappedTable,
  deleteMappedTable,
  type EmittedTable,
  emitMappedTable,
  showTable,
  type TableCreateReport,
  type TableDeleteReport,
  type TableShowReport,
} from './operations/table.js';
export { type VerifyOptions, verify } from './operations/verify/verify.js';
export type { PatternVerdict, VerifyReport } from './operations/verify/verify-report.js';
export { createMeter, type Meter } from './pipeline/meter.js';
export { openSink } from './sink/open-sink.js';
export type { ExistingPolicy, Sink } from './sink/sink.js';
export { openSource } from './source/open-source.js';
export type { Source } from './source/source.js';
export type { SourceSchema } from './source/source-schema.js';
export type { SourceStatement } from './source/source-statement.js';
export { openState } from './state/open-state.js';
export type { Counts, StateStore } from './state/state.js';
export { type ErrorCode, MigrationError } from './support/error.js';
export { createLogger, type Logger } from './support/log.js';
export type { TableSettings } from './table/table-settings.js';

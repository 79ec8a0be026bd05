import {
  type Draft,
  type DraftFindings,
  type DraftInput,
  type LeftOut,
  NO_FINDINGS,
} from '../draft/draft.js';
import { draftMapping } from '../draft/draft-mapping.js';
import { draftYaml } from '../draft/draft-yaml.js';
import { aboutSeen, type ListedQuery, seenQueries } from '../draft/seen-queries.js';
import { selectTables, type TableSelection } from '../draft/select-tables.js';
import { type LoadedMapping, parseMapping } from '../mapping/load-mapping.js';
import { lossRisks } from '../mapping/loss-risks.js';
import type { Problem } from '../mapping/problem.js';
import { resolveMapping } from '../mapping/resolve-mapping.js';
import type { ObservedQueries } from '../source/observed-queries.js';
import type { Snapshot, Source } from '../source/source.js';
import { type SourceSchema, type TableSchema, tableLabel } from '../source/source-schema.js';
import { MigrationError } from '../support/error.js';
import { check } from './check.js';
import { type Declined, type DraftQuestions, offerOf, refuseUnknown } from './draft-choices.js';
import { findingsOfMeasures, findingsOfProblems } from './draft-findings.js';
import { runError, usageError } from './errors.js';
import { measureRisks, type RiskReport } from './measure-risks.js';

export interface InitOptions {
  readonly source: Source;
  /** What problems call the draft; nothing is written here. */
  readonly file: string;
  /** Of the DynamoDB table; default the database's name. */
  readonly tableName?: string | undefined;
  readonly selection?: TableSelection | undefined;
  /**
   * Has the source count rows that were never analysed and values that DynamoDB cannot hold, so that nothing is
   * rejected: a scan of each table that can hold such. Default true.
   */
  readonly measure?: boolean | undefined;
  /** `orders(customer_id)`, `join orders(country_id)`: what the draft is to leave out. */
  readonly declined?: Declined | undefined;
  /** Asked before the draft is made; default nobody. */
  readonly questions?: Partial<DraftQuestions> | undefined;
  readonly signal: AbortSignal;
}

/** A draft of a mapping and what `check` says of it. Plain JSON: `init --json` prints it. */
export interface InitReport {
  readonly mapping: string;
  readonly source: string;
  readonly table: string;
  readonly entities: readonly DraftedEntity[];
  readonly leftOut: readonly LeftOut[];
  readonly accessPatterns: number;
  readonly measured: boolean;
  readonly queries: SeenReport;
  readonly errors: number;
  readonly warnings: number;
  readonly problems: readonly Problem[];
  readonly risks: readonly RiskReport[];
}

/** What the source was seen being asked, and what came of it. */
export interface SeenReport {
  /** `pg_stat_statements`, `performance_schema` */
  readonly from: string;
  /** SELECTs that access patterns answer. */
  readonly drafted: number;
  /** SELECTs that the end of the draft lists, each with what to decide. */
  readonly listed: readonly ListedQuery[];
  /** Statements about the tables that could not be read. */
  readonly unread: number;
  readonly unreadable: ObservedQueries['unreadable'];
}

export interface DraftedEntity {
  readonly entity: string;
  readonly table: string;
  readonly role: Draft['entities'][number]['role']['kind'];
  /** From the source's statistics, or counted; null where neither is known. */
  readonly rows: number | null;
  readonly copies: readonly string[];
  /** What else it is asked by: lists of columns. */
  readonly askedBy: readonly (readonly string[])[];
}

export interface Initiated {
  readonly text: string;
  readonly report: InitReport;
}

/** Findings lead to a further draft, and each rules out a column or a table: more rounds than this are a bug. */
const ROUNDS = 20;

/**
 * Drafts a mapping of a live source that passes `check` and, measured, rejects no row. Throws `SOURCE_*`, and
 * `USAGE_VALUE` where there is no table to draft.
 */
export async function init(options: InitOptions): Promise<Initiated> {
  const { source, file, selection = {}, measure = true, questions = {}, signal } = options;
  const discovered = await source.discover(signal, selection.schemas);
  const names = await chooseTables(selectedNames(discovered, selection), questions);
  const statistics = await source.statistics(signal, selection.schemas);
  const observed = await source.observedQueries(signal);
  await using snapshot = measure
    ? await source.openSnapshot({ concurrency: 1, consistency: 'chunk', signal })
    : null;
  const { schema, refused } =
    snapshot === null
      ? { schema: discovered, refused: NO_FINDINGS.refused }
      : await countRows(discovered, names, snapshot, signal);
  const tables = names.flatMap((name) => schema.tables.filter((table) => sameName(table, name)));
  const tableName = options.tableName ?? tableNameOf(source.label);
  const seen = seenQueries(observed, schema, tables);
  const open = { schema, tables, statistics, queries: seen.simple, tableName };
  const declined = await declinedOf(draftMapping({ ...open, ...undecided(refused) }), options);
  const input = { ...open, declined };
  const heading = { ...headingOf(source, measure), footer: aboutSeen(seen, observed) };

  let findings: DraftFindings = { ...NO_FINDINGS, refused };
  for (let round = 0; round < ROUNDS; round += 1) {
    const draft = draftMapping({ ...input, findings });
    if (draft.entities.length === 0) throw nothingToDraft(draft, source);
    const text = draftYaml(draft, heading);
    const mapping = parseMapping(text, file);
    const checked = await check({ mapping, source, signal });
    const found =
      findingsOfProblems(checked.problems, draft, findings) ??
      (snapshot === null || checked.errors > 0
        ? null
        : await findByMeasuring(mapping, schema, snapshot, draft, findings, signal));
    if (found === null) {
      const { errors, warnings, problems, risks } = checked;
      return {
        text,
        report: {
          ...reportOf(draft, input, options),
          mapping: file,
          queries: {
            from: observed.from,
            drafted: seen.simple.length,
            listed: seen.listed,
            unread: seen.unread,
            unreadable: observed.unreadable,
          },
          errors,
          warnings,
          problems,
          risks,
        },
      };
    }
    findings = found;
  }
  throw runError('RUN_DRAFT', `no draft passes check after ${ROUNDS} rounds`, {
    hint: 'Leave tables out with --exclude, and report which one did it.',
  });
}

function undecided(refused: DraftFindings['refused']): Pick<DraftInput, 'findings' | 'declined'> {
  return { findings: { ...NO_FINDINGS, refused }, declined: new Set() };
}

async function declinedOf(
  draft: Draft,
  { declined = [], questions = {} }: InitOptions,
): Promise<ReadonlySet<string>> {
  const offer = offerOf(draft);
  refuseUnknown(declined, offer);
  return new Set([...declined, ...((await questions.decline?.(offer)) ?? [])]);
}

async function chooseTables(
  tables: readonly TableSchema[],
  { tables: ask }: Partial<DraftQuestions>,
): Promise<readonly TableSchema[]> {
  if (ask === undefined) return tables;
  const nameOf = ({ schema, name }: TableSchema) => `${schema}.${name}`;
  const chosen = await ask(tables.map((table) => ({ name: nameOf(table), rows: table.estimatedRows })));
  return tables.filter((table) => chosen.includes(nameOf(table)));
}

async function findByMeasuring(
  mapping: LoadedMapping,
  schema: SourceSchema,
  snapshot: Snapshot,
  draft: Draft,
  findings: DraftInput['findings'],
  signal: AbortSignal,
): Promise<DraftInput['findings'] | null> {
  const { resolved } = resolveMapping(mapping.mapping, schema);
  if (resolved === null) return null;
  const risks = lossRisks(resolved, schema);
  const measures = await measureRisks(risks, schema.defaultSchema, snapshot, signal);
  return findingsOfMeasures(measures, draft, findings);
}

function selectedNames(schema: SourceSchema, selection: TableSelection): readonly TableSchema[] {
  const { tables, unmatched } = selectTables(schema, selection);
  if (unmatched.length > 0) {
    throw usageError('USAGE_VALUE', `no table of the source is called ${unmatched.join(', ')}`, {
      hint: `There are ${listed(schema.tables.map(({ schema: own, name }) => `${own}.${name}`))}.`,
    });
  }
  if (tables.length === 0) {
    const others = [...new Set(schema.tables.map((table) => table.schema))];
    throw usageError(
      'USAGE_VALUE',
      `no table to draft in schema ${(selection.schemas ?? [schema.defaultSchema]).join(', ')}`,
      {
        hint:
          others.length === 0
            ? 'The source shows no table to this user: grant SELECT, or name another database.'
            : `Name one with --schema: ${listed(others)}.`,
      },
    );
  }
  return tables;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}

function nothingToDraft({ leftOut }: Draft, { label }: Source): Error {
  const reasons = leftOut.map(({ table, why }) => `${table}: ${why}`).join('; ');
  return usageError('USAGE_VALUE', `no table of ${label} can be drafted (${reasons})`, {
    hint: 'Write the mapping by hand: docs/mapping.md.',
  });
}

/** Rows of the tables that were never analysed, counted, because roles are read from sizes; and what cannot be read. */
async function countRows(
  schema: SourceSchema,
  wanted: readonly TableSchema[],
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<{ readonly schema: SourceSchema; readonly refused: ReadonlyMap<string, string> }> {
  const tables: TableSchema[] = [];
  const refused = new Map<string, string>();
  for (const table of schema.tables) {
    const [column] = table.columns;
    const unknown = table.estimatedRows === null && wanted.some((name) => sameName(table, name));
    let estimatedRows = table.estimatedRows;
    if (unknown && column !== undefined) {
      try {
        const columns = [{ column, aggregates: ['nulls'] as const }];
        estimatedRows = (await snapshot.measure({ table, where: null, columns }, signal)).rows;
      } catch (error) {
        // One table's own trouble (a missing privilege) leaves that table out; any other ends the draft.
        if (!(error instanceof MigrationError) || !OF_ONE_TABLE.has(error.code)) throw error;
        refused.set(tableLabel(table, schema.defaultSchema), error.message);
      }
    }
    tables.push({ ...table, estimatedRows });
  }
  return { schema: { ...schema, tables }, refused };
}

const OF_ONE_TABLE: ReadonlySet<string> = new Set(['SOURCE_QUERY', 'SOURCE_ACCESS_DENIED']);

function sameName(a: TableSchema, b: TableSchema): boolean {
  return a.schema === b.schema && a.name === b.name;
}

/** `postgres://db.example:5432/shop` → `shop`, in the letters that DynamoDB takes. */
function tableNameOf(label: string): string {
  const name = (label.split('/').at(-1) ?? '').replaceAll(/[^A-Za-z0-9_.-]/g, '-');
  return name.length < 3 ? `${name || 'my'}-table` : name.slice(0, 255);
}

function headingOf({ label }: Source, measured: boolean) {
  return {
    source: label,
    lines: measured
      ? ['Values at risk were counted: no row would be rejected when it was made.']
      : ['Values at risk were not counted (--no-measure): plan says which rows would be rejected.'],
  };
}

function reportOf(
  draft: Draft,
  { tableName }: Pick<DraftInput, 'tableName'>,
  { source, measure = true }: InitOptions,
): Pick<InitReport, 'source' | 'table' | 'entities' | 'leftOut' | 'accessPatterns' | 'measured'> {
  return {
    source: source.label,
    table: tableName,
    entities: draft.entities.map((of) => ({
      entity: of.entity,
      table: of.label,
      role: of.role.kind,
      rows: of.table.estimatedRows,
      copies: Object.keys(draft.mapping.entities[of.entity]?.items ?? {}),
      askedBy: draft.paths.filter((path) => path.of === of).map(({ columns }) => columns),
    })),
    leftOut: draft.leftOut,
    accessPatterns: Object.keys(draft.mapping.accessPatterns ?? {}).length,
    measured: measure,
  };
}

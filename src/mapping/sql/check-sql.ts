import { quotingOf, sqlParts } from '../../source/select.js';
import type { Column, SourceSchema } from '../../source/source-schema.js';
import { nearest } from '../../support/nearest.js';
import { type CompiledPattern, compilePattern } from '../access/compile-pattern.js';
import type { AccessPattern, Mapping } from '../mapping.js';
import type { DocumentProblem } from '../problem.js';
import { ProblemList, suggestion } from '../problem-list.js';
import type { ResolvedEntity, ResolvedMapping } from '../resolved-mapping.js';
import { entityOf, fixedColumns, isUnique } from './pattern-rows.js';
import { type OrderTerm, sqlOrder } from './sql-order.js';

/** What keeps the SQL of access patterns from being compared with the table's answer, as far as a look at it tells. */
export function sqlProblems(
  { accessPatterns = {} }: Mapping,
  resolved: ResolvedMapping,
  schema: SourceSchema,
): readonly DocumentProblem[] {
  const problems = new ProblemList();
  for (const [name, pattern] of Object.entries(accessPatterns)) {
    const compiled = pattern.sql === undefined ? null : compilePattern(name, pattern, resolved);
    if (compiled === null || pattern.sql === undefined) continue;
    const at = ['accessPatterns', name, 'sql'];
    checkParameters(pattern.sql, compiled, at, schema, problems);
    const entity = entityOf(compiled);
    if (entity !== null) checkOrder({ ...pattern, sql: pattern.sql }, compiled, entity, at, schema, problems);
  }
  return problems.all;
}

function checkParameters(
  sql: string,
  { parameters }: CompiledPattern,
  at: readonly string[],
  { dialect }: SourceSchema,
  problems: ProblemList,
): void {
  const names = parameters.filter(({ optional }) => !optional).map(({ name }) => name);
  const asked = sqlParts(sql, quotingOf(dialect)).flatMap((part) =>
    part.kind === 'parameter' ? part.name : [],
  );
  for (const name of new Set(asked)) {
    if (names.includes(name)) continue;
    const fix = suggestion(nearest(name, names), 'parameters', names);
    problems.warning(at, 'SQL_PARAMETER', `the pattern has no parameter {${name}} for its sql`, fix);
  }
}

function checkOrder(
  pattern: AccessPattern & { readonly sql: string },
  { serving }: CompiledPattern,
  entity: ResolvedEntity,
  at: readonly string[],
  schema: SourceSchema,
  problems: ProblemList,
): void {
  const fixed = new Set(serving.flatMap((copy) => fixedColumns(pattern, copy)));
  if (isUnique(fixed, entity, schema)) return; // at most one row
  const terms = sqlOrder(pattern.sql, quotingOf(schema.dialect));
  const key = entity.query.identity.map(({ name }) => name).join(', ');
  if (terms === null) {
    const message = 'it has no ORDER BY (outside of parentheses): the order of its rows is the source’s whim';
    problems.warning(at, 'SQL_ORDER', message, `Order it as the sort key does, and by ${key} at last.`);
    return;
  }
  const columns = entity.query.columns.filter(({ path }) => path === '').map(({ column }) => column);
  const found = terms.map((term) => columnOf(term, columns));
  const ordered = new Set([...fixed, ...found.flatMap((column) => column?.name ?? [])]);
  if (!isUnique(ordered, entity, schema)) {
    const list = terms.map(({ text }) => text).join(', ');
    const unseen = terms.some(({ column }) => column === null) ? '; expressions are not looked into' : '';
    const message = `rows may be equal in what it is ordered by (${list}${unseen}): then their order is the source’s whim`;
    problems.warning(at, 'SQL_ORDER', message, `Order it by ${key} at last.`);
  }
  const mysql = schema.dialect === 'mysql';
  for (const [index, column] of found.entries()) {
    const term = terms[index];
    if (column === null || term === undefined || isByCodePoint(term, column, mysql)) continue;
    const message = `${column.name} (${column.nativeType}) is ordered as a language does, unless its collation or the database’s is by code point, which check does not see; keys are`;
    const fix = mysql
      ? `Order it by ${term.text} collate utf8mb4_bin.`
      : `Order it by ${term.text} collate "C".`;
    problems.warning(at, 'SQL_TEXT_ORDER', message, fix);
  }
}

/** Names without quotes are in whatever case. */
function columnOf({ column: name }: OrderTerm, columns: readonly Column[]): Column | null {
  if (name === null) return null;
  const exact = columns.find((column) => column.name === name);
  return exact ?? columns.find((column) => column.name.toLowerCase() === name.toLowerCase()) ?? null;
}

function isByCodePoint({ collation }: OrderTerm, { type, foldedBy }: Column, mysql: boolean): boolean {
  if (type.kind !== 'text') return true;
  if (collation !== null) {
    return mysql
      ? /_bin$|^binary$/i.test(collation)
      : /^(?:c|posix|ucs_basic|pg_c_utf8|c\.utf-?8)$/i.test(collation);
  }
  // MySQL's collations that tell all characters apart are those that end in _bin.
  return mysql && foldedBy === undefined;
}

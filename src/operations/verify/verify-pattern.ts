import { setTimeout as delay } from 'node:timers/promises';
import { ownedAttributes } from '../../compare/owned-attributes.js';
import { type CompiledPattern, compilePattern } from '../../mapping/access/compile-pattern.js';
import { lineageText } from '../../mapping/lineage.js';
import type { EntityMapper } from '../../mapping/mapper.js';
import type { AccessPattern } from '../../mapping/mapping.js';
import type { ResolvedEntity, ResolvedMapping } from '../../mapping/resolved-mapping.js';
import { entityOf } from '../../mapping/sql/pattern-rows.js';
import { sqlOrder } from '../../mapping/sql/sql-order.js';
import type { SnapshotKeeper } from '../../pipeline/snapshot-keeper.js';
import type { Sink } from '../../sink/sink.js';
import { quotingOf } from '../../source/select.js';
import type { Row } from '../../source/source.js';
import { MigrationError } from '../../support/error.js';
import { type FoundItem, findItems } from '../found-items.js';
import { type AnswerRow, AnswerShape } from './answer-shape.js';
import { compareAnswers, type FoundRow } from './compare-answers.js';
import { expiredRows } from './expired-rows.js';
import { drawParameterSets, type ParameterSet } from './parameter-sets.js';
import type { PatternDifference, PatternVerdict } from './verify-report.js';

export interface Verifying {
  readonly resolved: ResolvedMapping;
  /** Of the source. */
  readonly dialect: string;
  readonly sink: Sink;
  /** Each question is asked of the rows as they are then. */
  readonly keeper: SnapshotKeeper;
  /** Rows that values for the parameters are drawn from. */
  readonly rowsOf: (entity: ResolvedEntity) => Promise<readonly Row[]>;
  readonly mapperOf: (entity: ResolvedEntity) => EntityMapper;
  /** Where the SQL of the pattern stands: `shop.yaml:12:5`. */
  readonly placeOf: (pattern: string) => string;
  /** Parameter sets of each pattern, and what draws them. */
  readonly count: number;
  readonly seed: number;
  /** Differences of each pattern that the report holds. */
  readonly samples: number;
  readonly signal: AbortSignal;
}

/** Rows of an answer that are compared. */
const MOST_ROWS = 1_000;
/**
 * What differs is asked again, so that a row that changes meanwhile or an index that is not up to date yet is no difference:
 * after so many milliseconds.
 */
const AGAIN_MS = [200, 1_000];

/** What the source says of a statement: it is wrong, or asks for what the user may not see. */
const OF_SQL: ReadonlySet<string> = new Set(['SOURCE_QUERY', 'SOURCE_ACCESS_DENIED']);

/** Asks a pattern and its SQL with the same parameters. Throws `SINK_*`, and `SOURCE_*` but for what the SQL is to blame for. */
export async function verifyPattern(
  name: string,
  pattern: AccessPattern,
  verifying: Verifying,
): Promise<PatternVerdict> {
  const { resolved, rowsOf, count, seed } = verifying;
  const { sql } = pattern;
  if (sql === undefined) return unverified(name, 'not verified', 'no sql to compare with');
  const compiled = compilePattern(name, pattern, resolved);
  if (compiled === null) return unverified(name, 'failed', 'no copy of an entity has its keys');
  const entity = entityOf(compiled);
  if (entity === null)
    return unverified(name, 'not verified', 'it answers with items of several entities; name one: returns');
  const sets = drawParameterSets(compiled, await rowsOf(entity), { count, seed });
  if (typeof sets === 'string') return unverified(name, 'not verified', sets);
  try {
    return await new PatternRun(compiled, sql, entity, verifying).verdict(sets);
  } catch (error) {
    if (!(error instanceof MigrationError) || !OF_SQL.has(error.code)) throw error;
    const why = `${verifying.placeOf(name)}: ${error.message}${error.hint === undefined ? '' : `. ${error.hint}`}`;
    return unverified(name, 'failed', why);
  }
}

export function unverified(pattern: string, verdict: 'failed' | 'not verified', why: string): PatternVerdict {
  const nothing = { sets: 0, differing: 0, rows: 0, expired: 0, cut: 0 };
  return { pattern, verdict, why, ...nothing, compared: [], ignored: [], differences: [] };
}

type Difference = Omit<PatternDifference, 'parameters'>;
type Differing = ReadonlyMap<ParameterSet, readonly Difference[]>;

class PatternRun {
  readonly #compiled: CompiledPattern;
  readonly #sql: string;
  readonly #entity: ResolvedEntity;
  readonly #verifying: Verifying;
  /** The SQL says in which order. */
  readonly #ordered: boolean;
  #shape: AnswerShape | null = null;
  #rows = 0;
  #expired = 0;
  #cut = 0;

  constructor(compiled: CompiledPattern, sql: string, entity: ResolvedEntity, verifying: Verifying) {
    this.#compiled = compiled;
    this.#sql = sql;
    this.#entity = entity;
    this.#verifying = verifying;
    this.#ordered = sqlOrder(sql, quotingOf(verifying.dialect)) !== null;
  }

  async verdict(sets: readonly ParameterSet[]): Promise<PatternVerdict> {
    const { name } = this.#compiled;
    const { signal, samples } = this.#verifying;
    let differing = await this.#askAll(sets, true);
    for (const ms of AGAIN_MS) {
      if (typeof differing === 'string' || differing.size === 0) break;
      await delay(ms, undefined, { signal });
      differing = await this.#askAll([...differing.keys()], false);
    }
    if (typeof differing === 'string') return unverified(name, 'failed', differing);
    const differences = [...differing].flatMap(([{ values }, found]) =>
      found.map((difference) => ({ parameters: Object.fromEntries(values), ...difference })),
    );
    return {
      pattern: name,
      verdict: differing.size === 0 ? 'equal' : 'different',
      why: null,
      sets: sets.length,
      differing: differing.size,
      rows: this.#rows,
      expired: this.#expired,
      cut: this.#cut,
      compared: this.#shape === null ? [] : [...this.#namesHeld(new Set(this.#shape.compared))],
      ignored: this.#shape?.ignored ?? [],
      differences: differences.slice(0, samples),
    };
  }

  /** The sets whose answers differ, with what differs; a text: why they cannot be compared. */
  async #askAll(sets: readonly ParameterSet[], first: boolean): Promise<Differing | string> {
    const differing = new Map<ParameterSet, readonly Difference[]>();
    for (const set of sets) {
      const found = await this.#ask(set);
      if (typeof found === 'string') return found;
      if (first) {
        this.#rows += found.rows;
        this.#expired += found.expired;
        this.#cut += found.cut ? 1 : 0;
      }
      if (found.differences.length > 0) differing.set(set, found.differences);
    }
    return differing;
  }

  /** Rows first: what is written between the two is in both looks of the next time. */
  async #ask(set: ParameterSet) {
    const { keeper, signal } = this.#verifying;
    const most = this.#compiled.limit ?? MOST_ROWS;
    const question = { sql: this.#sql, parameters: set.ofSql, most };
    const answer = await keeper.run(null, (snapshot) => snapshot.select(question, signal));
    const shape = AnswerShape.of(this.#entity, answer.columns);
    if (typeof shape === 'string') return shape;
    this.#shape = shape;
    const asked = answer.rows.map((row) => shape.read(row));
    const { items, more } = await this.#find(set, most);
    const names = this.#namesHeld(new Set(shape.compared));
    const found = items.map((one) => ({
      row: rowOf(one, this.#entity, this.#verifying.resolved),
      item: ownedAttributes(one.item, names),
    }));
    const expired = await this.#expiredAmong(asked, found);
    const wanted = expired.size === 0 ? asked : asked.filter(({ row }) => row === null || !expired.has(row));
    // Where the rows are as many as were asked for, items that stand behind them took the places of those that expired.
    const present = expired.size > 0 && asked.length === most ? found.slice(0, wanted.length) : found;
    const differences = [...compareAnswers(wanted, present, { names, ordered: this.#ordered })];
    const cut = this.#compiled.limit === null && (answer.more || more);
    if (cut && !this.#ordered)
      return `an answer has more than ${most} rows, and without ORDER BY not all of them are compared`;
    if (cut && answer.more !== more && expired.size === 0) {
      differences.push({
        kind: more ? 'extra' : 'missing',
        row: `(behind the first ${most})`,
        attributes: [],
      });
    }
    return { differences, rows: asked.length, expired: expired.size, cut };
  }

  /** Rows of the SQL that the pattern does not find, and need not. */
  #expiredAmong(asked: readonly AnswerRow[], found: readonly FoundRow[]): Promise<ReadonlySet<string>> {
    const there = new Set(found.map(({ row }) => row));
    const missing = asked.flatMap(({ row }) => (row === null || there.has(row) ? [] : [row]));
    const { resolved, mapperOf, keeper, signal } = this.#verifying;
    const copies = new Set(this.#compiled.serving.map(({ copy }) => copy.name));
    const mapper = mapperOf(this.#entity);
    return expiredRows(missing, { mapper, table: resolved.table, copies, keeper, signal });
  }

  async #find(set: ParameterSet, limit: number): Promise<{ items: readonly FoundItem[]; more: boolean }> {
    const { resolved, sink, signal } = this.#verifying;
    const { index, descending } = this.#compiled;
    const made = this.#compiled.targets(set.values);
    if (made.kind === 'misfit') return { items: [], more: false };
    const { targets } = made;
    const consistent = index === null;
    const asked = {
      resolved,
      sink,
      index,
      targets,
      descending,
      consistent,
      limit,
      pageToken: undefined,
      signal,
    };
    const { items, nextPageToken } = await findItems(asked);
    return { items, more: nextPageToken !== null };
  }

  /** Only what every copy that serves the pattern holds, and the index shows. */
  #namesHeld(names: ReadonlySet<string>): ReadonlySet<string> {
    const { serving, index } = this.#compiled;
    const projection = index?.projection ?? { kind: 'all' };
    const shown = (name: string) =>
      projection.kind === 'all' || (projection.kind === 'include' && projection.attributes.includes(name));
    const { attributes } = this.#entity;
    const held = (name: string) =>
      serving.every(({ copy }) => copy.attributes.some((at) => attributes[at]?.name === name));
    return new Set([...names].filter((name) => shown(name) && held(name)));
  }
}

/** Its lineage, or what its key holds of the row's; null: neither tells. */
function rowOf({ item, key }: FoundItem, entity: ResolvedEntity, { table }: ResolvedMapping): string | null {
  const lineage = item[table.lineageAttribute]?.['S'];
  if (typeof lineage === 'string') return lineage;
  const identity = entity.query.identity.map(({ name }) => key[name]);
  if (identity.some((cell) => cell === undefined)) return null;
  return lineageText({ table: entity.tableLabel, key: identity.map(String) });
}

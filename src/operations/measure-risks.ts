import { HAZARDS, type Hazard } from '../mapping/hazards.js';
import type { LossRisk } from '../mapping/loss-risks.js';
import type { Aggregate, MeasuredColumn, TableMeasure } from '../source/measure.js';
import type { Snapshot } from '../source/source.js';
import { tableLabel } from '../source/source-schema.js';

/** A risk of loss as `check --json` tells it. */
export interface RiskReport {
  readonly entity: string;
  /** Where the values go: an attribute (`total`, `lines.price`), or a key of a copy (`byCustomer.sk`). */
  readonly target: string;
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly hazards: readonly Hazard[];
  /** The hazards in words. */
  readonly canHold: readonly string[];
  readonly policies: readonly string[];
}

/** The same with what the rows really hold. Plain JSON: `plan --json` prints it. */
export interface RiskMeasure extends RiskReport {
  /** Of the table behind its `where`; null where the source does not measure the column. */
  readonly rows: number | null;
  /** How many values come true as each hazard. One that is measured by length counts 1. */
  readonly found: { readonly [hazard in Hazard]?: number };
  readonly extremes: {
    readonly longest: number | null;
    readonly digits: number | null;
    readonly earliest: string | null;
    readonly latest: string | null;
  };
  /** `severalKeys`: nothing is lost, but values that the source takes for one go under several keys. */
  readonly verdict: 'fits' | 'rejects' | 'severalKeys' | 'notMeasured';
}

export function riskReport(risk: LossRisk, defaultSchema: string): RiskReport {
  return {
    entity: risk.entity,
    target: risk.target,
    table: tableLabel(risk.table, defaultSchema),
    column: risk.column.name,
    type: risk.column.nativeType,
    hazards: risk.hazards,
    canHold: risk.hazards.map((hazard) => HAZARDS[hazard].says),
    policies: risk.policies,
  };
}

/** What of it is measured: one statement, one scan, for each table behind its `where`. */
export function riskMeasures(risks: readonly LossRisk[]): readonly TableMeasure[] {
  return [...grouped(risks.filter(({ measurable }) => measurable))].map(measureOf);
}

/** Has the source count what is at risk, as `riskMeasures` says. */
export async function measureRisks(
  risks: readonly LossRisk[],
  defaultSchema: string,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<readonly RiskMeasure[]> {
  const found = new Map<LossRisk, { readonly rows: number; readonly column: MeasuredColumn }>();
  for (const group of grouped(risks.filter(({ measurable }) => measurable))) {
    const measure = measureOf(group);
    const { rows, columns } = await snapshot.measure(measure, signal);
    for (const risk of group) {
      const position = measure.columns.findIndex(({ column }) => column.name === risk.column.name);
      found.set(risk, { rows, column: columns[position] ?? {} });
    }
  }
  return risks.map((risk) => riskMeasure(risk, riskReport(risk, defaultSchema), found.get(risk)));
}

/** The risks of one table behind one `where` together. */
function grouped(risks: readonly LossRisk[]): Iterable<readonly LossRisk[]> {
  const groups = new Map<string, LossRisk[]>();
  for (const risk of risks) {
    const id = JSON.stringify([risk.table, risk.where]);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [risk]);
    else group.push(risk);
  }
  return groups.values();
}

function measureOf(risks: readonly LossRisk[]): TableMeasure {
  const columns = new Map<string, { column: LossRisk['column']; aggregates: Set<Aggregate> }>();
  for (const { column, hazards } of risks) {
    const known = columns.get(column.name) ?? { column, aggregates: new Set() };
    for (const aggregate of aggregatesOf(column, hazards)) known.aggregates.add(aggregate);
    columns.set(column.name, known);
  }
  const [{ table, where } = { table: { schema: '', name: '' }, where: null }] = risks;
  return {
    table,
    where,
    columns: [...columns.values()].map(({ column, aggregates }) => ({ column, aggregates: [...aggregates] })),
  };
}

function aggregatesOf({ type }: LossRisk['column'], hazards: readonly Hazard[]): readonly Aggregate[] {
  const counts = hazards.flatMap((hazard): readonly Aggregate[] => {
    const known: { readonly count?: Aggregate | null; readonly longest?: number } = HAZARDS[hazard];
    return known.longest === undefined ? [known.count ?? []].flat() : ['longest'];
  });
  if (type.kind === 'decimal') return [...counts, 'digits'];
  return type.kind === 'date' || type.kind === 'timestamp' ? [...counts, 'earliest', 'latest'] : counts;
}

function riskMeasure(
  risk: LossRisk,
  report: RiskReport,
  measured: { readonly rows: number; readonly column: MeasuredColumn } | undefined,
): RiskMeasure {
  const column = measured?.column ?? {};
  const number = (aggregate: Aggregate) => {
    const text = column[aggregate] ?? null;
    return text === null ? null : Number(text);
  };
  const found: { [hazard in Hazard]?: number } = {};
  for (const hazard of measured === undefined ? [] : risk.hazards) {
    const known: { readonly count?: Aggregate | null; readonly longest?: number } = HAZARDS[hazard];
    if (known.longest !== undefined) found[hazard] = (number('longest') ?? 0) > known.longest ? 1 : 0;
    else if (known.count !== null && known.count !== undefined) found[hazard] = number(known.count) ?? 0;
  }
  const counts = Object.values(found);
  const { spellings = 0, ...lost } = found;
  return {
    ...report,
    rows: measured?.rows ?? null,
    found,
    extremes: {
      longest: number('longest'),
      digits: number('digits'),
      earliest: column.earliest ?? null,
      latest: column.latest ?? null,
    },
    verdict: Object.values(lost).some((count) => count > 0)
      ? 'rejects'
      : spellings > 0
        ? 'severalKeys'
        : counts.length < risk.hazards.length
          ? 'notMeasured'
          : 'fits',
  };
}

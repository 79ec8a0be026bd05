import type { CompiledPattern, ServingCopy } from '../../mapping/access/compile-pattern.js';
import type { KeyParameter } from '../../mapping/access/key-plan.js';
import { cellText } from '../../mapping/value/canonical-text.js';
import type { Row, SelectParameter } from '../../source/source.js';
import { hashOf } from '../../statistics/key-sample.js';
import { randomFrom, shuffled } from '../../support/random.js';

/** One value for each parameter of a pattern, as `query` takes it and as the source does. */
export interface ParameterSet {
  readonly values: ReadonlyMap<string, string>;
  readonly ofSql: ReadonlyMap<string, SelectParameter>;
}

/** What is drawn of a row, by the name of the parameter. */
type Drawn = ReadonlyMap<string, SelectParameter>;

/**
 * Up to `count` different sets, of values that stand together in a row: first those of the partition with most of the
 * rows. Where there are several parameters, each fourth set has its last ones from another row, which may find more,
 * or nothing. A text: why no set can be drawn.
 */
export function drawParameterSets(
  { name, serving }: Pick<CompiledPattern, 'name' | 'serving'>,
  rows: readonly Row[],
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly ParameterSet[] | string {
  const [copy] = serving;
  if (copy === undefined) return 'no copy serves it';
  const needed = parametersOf(copy);
  const unknown = needed.find(([, { from }]) => from === null);
  if (unknown !== undefined) return `no column says what {${unknown[0]}} may be`;
  const drawn = rows.flatMap((row) => drawRow(needed, row) ?? []);
  if (drawn.length === 0)
    return needed.length === 0 ? 'there are no rows' : 'no row has a value for each parameter';
  const random = randomFrom(hashOf(`${name}/${seed}`));
  const pool = [mostCommon(drawn, copy), ...shuffled(drawn, random)];
  const last = needed.slice(1).map(([parameter]) => parameter);
  const sets = new Map<string, ParameterSet>();
  for (const [at, one] of pool.entries()) {
    if (sets.size === count) break;
    const other = pool[(at * 7 + 3) % pool.length] ?? one;
    const mixed = at % 4 === 3 ? new Map([...one, ...[...other].filter(([key]) => last.includes(key))]) : one;
    const set = setOf(mixed);
    const id = JSON.stringify([...set.values]);
    if (!sets.has(id)) sets.set(id, set);
  }
  return [...sets.values()];
}

/** In the order of the keys. A shard is left out: all of them are asked. */
function parametersOf({ partition, sort }: ServingCopy): readonly (readonly [string, KeyParameter])[] {
  const all = new Map([...partition, ...sort].filter(([, { shards }]) => shards === null));
  return [...all];
}

/** Null where the row has no value, or one that is none of the pattern's. */
function drawRow(needed: readonly (readonly [string, KeyParameter])[], row: Row): Drawn | null {
  const drawn = new Map<string, SelectParameter>();
  for (const [name, { from, encode }] of needed) {
    const cell = from === null ? null : (row[from.column.cell] ?? null);
    if (cell === null || from === null) return null;
    const text = cellText(cell);
    if (encode(text) === null) return null;
    drawn.set(name, { text, column: from.column.column });
  }
  return drawn;
}

function setOf(drawn: Drawn): ParameterSet {
  const values = [...drawn].map(([name, { text }]): [string, string] => [name, text]);
  return { values: new Map(values), ofSql: drawn };
}

/** A row of the partition that most of the rows are in. */
function mostCommon(drawn: readonly Drawn[], { partition }: ServingCopy): Drawn {
  const counts = new Map<string, { one: Drawn; rows: number }>();
  for (const one of drawn) {
    const id = JSON.stringify(partition.map(([name]) => one.get(name)?.text));
    const found = counts.get(id) ?? { one, rows: 0 };
    found.rows += 1;
    counts.set(id, found);
  }
  const [most] = [...counts.values()].sort((a, b) => b.rows - a.rows);
  return most?.one ?? new Map();
}

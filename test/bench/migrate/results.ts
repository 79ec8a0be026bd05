import { cpuMicros, type Measure, perSecond } from '../measure.js';
import { type Spread, spread } from '../spread.js';
import type { Piece } from './pieces.js';
import type { ScenarioResult } from './scenarios.js';
import type { ContestantName } from './task.js';

export interface ContestantResult {
  readonly name: ContestantName;
  readonly itemsPerSecond: Spread;
  readonly cpuMicrosPerItem: Spread;
  readonly peakMb: Spread;
}

/** tablefold's figures divided by those of another, in each round. */
export interface Ratio {
  readonly to: ContestantName;
  readonly itemsPerSecond: Spread;
  readonly cpuPerItem: Spread;
}

export interface PieceResult extends Omit<Piece, 'contestants'> {
  readonly contestants: readonly ContestantResult[];
  readonly ratios: readonly Ratio[];
}

/** What `--json` prints and `--into` keeps. */
export interface BenchResults {
  readonly machine: Readonly<Record<string, string | number>>;
  readonly pieces: readonly PieceResult[];
  readonly scenarios: readonly ScenarioResult[];
}

export function pieceResult(
  { contestants: _, ...piece }: Piece,
  measures: ReadonlyMap<ContestantName, readonly Measure[]>,
): PieceResult {
  const contestants = [...measures].map(([name, list]) => ({
    name,
    itemsPerSecond: spread(list.map(perSecond)),
    cpuMicrosPerItem: spread(list.map(cpuMicros)),
    peakMb: spread(list.map(({ peakMb }) => Math.round(peakMb))),
  }));
  const mine = measures.get('tablefold') ?? [];
  const others = mine.length === 0 ? [] : [...measures].filter(([name]) => name !== 'tablefold');
  const ratios = others.map(([to, theirs]) => {
    const ratio = (pick: (measure: Measure) => number) =>
      spread(mine.map((measure, round) => pick(measure) / pick(theirs[round] as Measure)));
    return { to, itemsPerSecond: ratio(perSecond), cpuPerItem: ratio(cpuMicros) };
  });
  return { ...piece, contestants, ratios };
}

/** Pieces and scenarios that were measured again take the place of the former. */
export function merged(former: BenchResults | undefined, fresh: BenchResults): BenchResults {
  const idOf = ({ shape, engine, protocol, rows }: PieceResult) => [shape, engine, protocol, rows].join();
  const replaced = new Set(fresh.pieces.map(idOf));
  const again = new Set(fresh.scenarios.map(({ name }) => name));
  return {
    machine: { ...former?.machine, ...fresh.machine },
    pieces: [...(former?.pieces ?? []).filter((piece) => !replaced.has(idOf(piece))), ...fresh.pieces],
    scenarios: [...(former?.scenarios ?? []).filter(({ name }) => !again.has(name)), ...fresh.scenarios],
  };
}

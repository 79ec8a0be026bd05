import { parseArgs } from 'node:util';
import {
  CONTESTANTS,
  type ContestantName,
  ENGINES,
  type EngineName,
  PROTOCOLS,
  type Protocol,
  SHAPES,
  type ShapeName,
} from './task.js';

/** One comparison: the same rows, by all contestants in turn, so many rounds after a warm-up. */
export interface Piece {
  readonly shape: ShapeName;
  readonly engine: EngineName;
  readonly protocol: Protocol;
  readonly contestants: readonly ContestantName[];
  readonly rows: number;
  readonly rounds: number;
}

export interface BenchOptions {
  readonly pieces: readonly Piece[];
  readonly scenarios: boolean;
  readonly json: boolean;
  /** File that the results are added to. */
  readonly into: string | undefined;
}

const OWN: readonly ContestantName[] = ['tablefold', 'handwritten', 'limit'];
/** Rows that take each shape about as long; in a run of everything, so that it ends within the hour. */
const ROWS: Readonly<Record<ShapeName, number>> = { small: 200_000, orders: 200_000, embeds: 100_000 };
const ROUNDS = 5;

/**
 * What the bars of docs/performance.md are set for. The start is the same half second for 400,000 rows and for a hundred million: orders
 * in two sizes show how far it counts.
 */
const BARS: readonly Piece[] = (
  [
    ['orders', 400_000],
    ['orders', 1_000_000],
    ['embeds', 200_000],
  ] as const
).map(([shape, rows]) => piece({ shape, contestants: OWN, rows }));

/** What `npm run bench` measures when it is told nothing. */
const WHOLE: readonly Piece[] = [
  ...BARS,
  piece({ shape: 'orders', contestants: CONTESTANTS, rows: 60_000 }),
  ...product(SHAPES, ENGINES, PROTOCOLS)
    .map(([shape, engine, protocol]) =>
      piece({ shape, engine, protocol, contestants: OWN, rows: ROWS[shape] }),
    )
    .filter(({ shape, engine, protocol }) => !BARS.some((bar) => same(bar, { shape, engine, protocol }))),
];

function piece(chosen: Pick<Piece, 'shape' | 'contestants' | 'rows'> & Partial<Piece>): Piece {
  return { engine: 'postgres', protocol: 'http', rounds: ROUNDS, ...chosen };
}

function same(one: Piece, other: Pick<Piece, 'shape' | 'engine' | 'protocol'>): boolean {
  return one.shape === other.shape && one.engine === other.engine && one.protocol === other.protocol;
}

/** Any of the choosing flags: the product of what is chosen, instead of the whole. */
export function readOptions(): BenchOptions {
  const list = { type: 'string', multiple: true } as const;
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      shape: list,
      engine: list,
      protocol: list,
      contestant: list,
      rows: { type: 'string' },
      rounds: { type: 'string' },
      scenarios: { type: 'boolean' },
      json: { type: 'boolean', default: false },
      into: { type: 'string' },
    },
  });
  const { shape, engine, protocol, contestant, json, into } = values;
  const rows = values.rows === undefined ? undefined : Number(values.rows);
  const rounds = Number(values.rounds ?? ROUNDS);
  // The limit sends whole batches only.
  if (rows !== undefined && !(rows > 0 && rows % 25 === 0)) throw new Error('--rows takes a multiple of 25');
  if (!(Number.isInteger(rounds) && rounds > 0)) throw new Error('--rounds takes a number over 0');
  const chosen = [shape, engine, protocol, contestant, rows].some((flag) => flag !== undefined);
  const contestants = oneOf('--contestant', CONTESTANTS, contestant ?? OWN);
  const pieces = !chosen
    ? WHOLE.map((piece) => (values.rounds === undefined ? piece : { ...piece, rounds }))
    : product(
        oneOf('--shape', SHAPES, shape ?? ['orders']),
        oneOf('--engine', ENGINES, engine ?? ['postgres']),
        oneOf('--protocol', PROTOCOLS, protocol ?? ['http']),
      ).map(([shape, engine, protocol]) => {
        return piece({ shape, engine, protocol, contestants, rows: rows ?? ROWS[shape], rounds });
      });
  return { pieces, scenarios: values.scenarios ?? !chosen, json, into };
}

function oneOf<Name extends string>(
  flag: string,
  known: readonly Name[],
  asked: readonly string[],
): readonly Name[] {
  for (const name of asked) {
    if (!known.includes(name as Name)) throw new Error(`${flag} takes ${known.join(', ')}, not ${name}`);
  }
  // In the order of `known`, whatever the order of the flags.
  return known.filter((name) => asked.includes(name));
}

function product<A, B, C>(as: readonly A[], bs: readonly B[], cs: readonly C[]): (readonly [A, B, C])[] {
  return as.flatMap((a) => bs.flatMap((b) => cs.map((c) => [a, b, c] as const)));
}

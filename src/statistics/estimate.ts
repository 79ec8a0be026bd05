/** A total that was not counted: with 19 chances in 20 it lies from `low` to `high`. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Several quantities of one thing, all or all of a part. */
export type Sums<Key extends string> = { readonly [key in Key]: number };
export type Estimates<Key extends string> = { readonly [key in Key]: Estimate };

interface Moments {
  sum: number;
  squares: number;
  /** Of chunks that are read in any case. */
  certain: number;
}

/**
 * Totals over all chunks from some, all equally likely to be among them: the mean times their number, with
 * Student's t for the spread from chunk to chunk (Cochran, "Sampling Techniques", 1977, 2.9: simple random sampling of
 * clusters). Where all were read, the totals are exact.
 */
export class ChunkEstimate<Key extends string> {
  readonly #moments: ReadonlyMap<Key, Moments>;
  #drawn = 0;
  #certain = 0;

  constructor(keys: readonly Key[]) {
    this.#moments = new Map(keys.map((key) => [key, { sum: 0, squares: 0, certain: 0 }]));
  }

  /** A chunk that was drawn, and stands for others. */
  add(chunk: Sums<Key>): void {
    this.#drawn += 1;
    for (const [key, moments] of this.#moments) {
      moments.sum += chunk[key];
      moments.squares += chunk[key] ** 2;
    }
  }

  /** A chunk that was to be read in any case, and stands for itself. */
  addCertain(chunk: Sums<Key>): void {
    this.#certain += 1;
    for (const [key, moments] of this.#moments) moments.certain += chunk[key];
  }

  /** `of`: how many chunks there are. */
  totals(of: number): Estimates<Key> {
    const entries = [...this.#moments].map(([key, moments]) => [key, this.#total(moments, of)]);
    return Object.fromEntries(entries) as Estimates<Key>;
  }

  #total({ sum, squares, certain }: Moments, chunks: number): Estimate {
    const read = this.#drawn;
    const of = chunks - this.#certain;
    const seen = sum + certain;
    if (read < 2 || read >= of) return { value: seen, low: seen, high: seen };
    const value = Math.round((sum / read) * of) + certain;
    const variance = Math.max(0, (squares - sum ** 2 / read) / (read - 1));
    const error = of * Math.sqrt((1 - read / of) * (variance / read));
    return around(value, studentT(read - 1) * error, seen);
  }
}

/** The sum of independent estimates, of which so much was seen. */
export function sumEstimates(estimates: readonly Estimate[], seen: number): Estimate {
  const value = estimates.reduce((sum, one) => sum + one.value, 0);
  const squares = estimates.reduce((sum, one) => sum + (one.high - one.value) ** 2, 0);
  return around(value, Math.sqrt(squares), seen);
}

/** What was seen is there. */
function around(value: number, width: number, seen: number): Estimate {
  return {
    value,
    low: Math.max(seen, Math.floor(value - width)),
    high: Math.ceil(value + width),
  };
}

/** The 97.5 % quantile of Student's t, 0.1 % off at most from five degrees of freedom on. */
function studentT(degrees: number): number {
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2);
}

import type { Estimate } from './estimate.js';

/** A simple random sample without replacement. */
export interface Drawn {
  readonly size: number;
  /** How many it was drawn of. */
  readonly of: number;
}

/** The chance that a sample holds none of so many, all of them equally likely to be drawn. */
export function chanceToMiss({ size, of }: Drawn, many: number): number {
  if (many > of - size) return 0;
  return Math.exp(logChance({ size, of }, many, 0));
}

/**
 * How many there are in all, where the sample holds `found`: the exact interval of 95 % (both tails of the
 * hypergeometric distribution, as Clopper and Pearson do for the binomial; Cochran, "Sampling Techniques", 1977, 3.6).
 */
export function inAll(drawn: Drawn, found: number): Estimate {
  const { size, of } = drawn;
  const value = size === 0 ? 0 : Math.round((found / size) * of);
  if (size >= of) return { value, low: value, high: value };
  const rest = of - size;
  // The more there are, the less likely is a sample with so few, and the more likely one with so many.
  const high = least(found, found + rest, (all) => chanceOfAtMost(drawn, all + 1, found) < TAIL);
  const low =
    found === 0 ? 0 : least(found, value, (all) => 1 - chanceOfAtMost(drawn, all, found - 1) >= TAIL);
  return { value, low, high };
}

/** Totals of a chance of just 2.5 % belong to the interval, however it was rounded. */
const TAIL = 0.025 - 1e-9;

/** The least whole number from `from` to `to` for which `holds`, which holds from there on; `to` where it never does. */
function least(from: number, to: number, holds: (value: number) => boolean): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The chance of a sample with `found` or fewer of `many`: summed downwards from where it is asked for. */
function chanceOfAtMost({ size, of }: Drawn, many: number, found: number): number {
  const first = Math.max(0, size - (of - many));
  if (first > found) return 0;
  const last = Math.min(found, size, many);
  let chance = Math.exp(logChance({ size, of }, many, last));
  if (chance === 0) return last > (size * many) / of ? 1 : 0; // too far from the mean to tell
  let sum = chance;
  for (let x = last; x > first && chance > sum * 1e-17; x -= 1) {
    chance *= (x * (of - many - size + x)) / ((many - x + 1) * (size - x + 1));
    sum += chance;
  }
  return Math.min(1, sum);
}

/** ln of the chance of exactly `found` of `many`. */
function logChance({ size, of }: Drawn, many: number, found: number): number {
  return logChoose(many, found) + logChoose(of - many, size - found) - logChoose(of, size);
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Stirling's series; below 16 the product itself. Relative error under 1e-13 (dlmf.nist.gov/5.11). */
function logFactorial(n: number): number {
  if (n < 16) {
    let product = 1;
    for (let factor = 2; factor <= n; factor += 1) product *= factor;
    return Math.log(product);
  }
  const x = n + 1;
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}

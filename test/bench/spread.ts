export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (position: number) => sorted[position] ?? Number.NaN;
  const round = (value: number) => Math.round(value * 100) / 100;
  const last = sorted.length - 1;
  const median = (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2;
  return { min: round(at(0)), median: round(median), max: round(at(last)) };
}

/** `1,234 (1,200–1,300)` */
export function spreadText({ min, median, max }: Spread): string {
  const [least, middle, most] = [min, median, max].map((value) => value.toLocaleString('en-US'));
  return `${middle} (${least}–${most})`;
}

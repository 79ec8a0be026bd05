export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (position: number) => Math.round((sorted[position] ?? Number.NaN) * 100) / 100;
  return { min: at(0), median: at(Math.floor(sorted.length / 2)), max: at(sorted.length - 1) };
}

/** `1,234 (1,200–1,300)` */
export function spreadText({ min, median, max }: Spread): string {
  const [least, middle, most] = [min, median, max].map((value) => value.toLocaleString('en-US'));
  return `${middle} (${least}–${most})`;
}

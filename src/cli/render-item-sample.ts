import type { SampleReport } from '../operations/diff-sample.js';
import { count, plural } from './table.js';

/** What a sample of the items says of all, and what it cannot see. */
export function sampleText(sample: SampleReport): string {
  return `${sampleLines(sample).join('\n')}\n`;
}

export function sampleLines({ size, of, seed, differing, chances }: SampleReport): readonly string[] {
  if (size === of) return ['All items were looked at, orphans were not: leave --sample off for them.'];
  const { value, low, high } = differing;
  const about =
    value === 0 ? `At most ${count(high)}` : `About ${count(value)} (${count(low)} to ${count(high)})`;
  const many = chances.map(({ differing, missed }) => `${count(differing)}: ${chanceText(missed)}`);
  return [
    `A sample: ${plural(size, 'item')} of ${count(of)}, seed ${seed}. Orphans and what else the table holds were not looked at.`,
    `${about} of all items are missing or different, with 19 chances in 20.`,
    `The chance that a sample would see none of so many: ${many.join(', ')}.`,
  ];
}

/** Neither 0 nor 100 % of what is not certain. */
function chanceText(chance: number): string {
  const percent = chance * 100;
  if (chance === 0) return '0 %';
  if (percent < 0.01) return 'under 0.01 %';
  if (percent > 99.99) return 'over 99.99 %';
  return `${percent.toPrecision(percent >= 99 ? 4 : 2)} %`;
}

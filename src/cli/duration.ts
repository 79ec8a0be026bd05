import { Flags } from '@oclif/core';
import { usageError } from '../operations/errors.js';

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `500ms`, `90s`, `10m`, `1.5h`, `2d` as milliseconds; a bare number is seconds. Throws `USAGE_VALUE`. */
export function parseDuration(text: string): number {
  const [, number = '', unit = 's'] = /^(\d+(?:\.\d+)?)([a-z]+)?$/i.exec(text.trim()) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  const milliseconds = Math.round(Number(number) * (factor ?? Number.NaN));
  if (number === '' || !Number.isSafeInteger(milliseconds)) {
    throw usageError('USAGE_VALUE', `${JSON.stringify(text)} is no duration`, {
      hint: 'Write a number and ms, s, m, h or d: 500ms, 90s, 10m, 4h.',
    });
  }
  return milliseconds;
}

/** A flag whose value is milliseconds, written as a duration. */
export const durationFlag = Flags.custom<number>({
  helpValue: 'DURATION',
  parse: async (text) => parseDuration(text),
});

import { usageError } from '../operations/errors.js';

/** `500`, `12.50`, `$12.50`: an amount of money. Throws `USAGE_VALUE`. */
export function parseAmount(text: string): number {
  const [, number] = /^\$?(\d{1,12}(?:\.\d{1,8})?)$/.exec(text.trim()) ?? [];
  if (number !== undefined) return Number(number);
  throw usageError('USAGE_VALUE', `${JSON.stringify(text)} is no amount of money`, {
    hint: 'Write a number, such as 500 or 12.50.',
  });
}

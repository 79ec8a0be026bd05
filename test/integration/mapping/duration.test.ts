import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDuration, parseDuration } from '../../../src/mapping/value/duration.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const postgresUrl = requireEngine('postgres');

const two = (value: number) => String(value).padStart(2, '0');
const date = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const part = (unit: string, max: number) =>
  fc.nat(max).map((count) => (count === 0 ? '' : `${count}${unit}`));
const days = fc
  .tuple(part('Y', 400), part('M', 30), part('W', 9), part('D', 800))
  .map((parts) => parts.join(''));
const clock = fc.tuple(part('H', 99), part('M', 120), part('S', 200)).map((parts) => parts.join(''));
const moment = fc
  .tuple(date, fc.nat(23), fc.nat(59), fc.nat(59), fc.constantFrom('', '.5', '.000001', '.999999'))
  .map(([day, h, m, s, fraction]) => `${day} ${two(h)}:${two(m)}:${two(s)}${fraction}`);
const sums = fc.oneof(
  fc.tuple(date, fc.constantFrom('', '-'), days, fc.constant('')),
  fc.tuple(moment, fc.constantFrom('', '-'), days, clock),
);

test('durations are added as Postgres adds its intervals', async () => {
  await using database = await createDatabase(postgresUrl, 'SELECT 1');
  const cases = fc.sample(sums, { numRuns: 3000, seed: 7 }).flatMap(([raw, sign, calendar, time]) => {
    if (calendar + time === '') return [];
    return [{ raw, sign, text: `P${calendar}${time === '' ? '' : `T${time}`}` }];
  });
  const kinds = { date: /^.{10}$/, timestamp: /^.{11,}$/ };
  for (const [kind, pattern] of Object.entries(kinds)) {
    const own = cases.filter(({ raw }) => pattern.test(raw));
    const values = own.map(({ raw, sign, text }) => `('${raw}'::${kind}, interval '${text}', ${sign}1)`);
    const rows = await database.query<{ made: string }>(
      `SELECT (v + i * sign)::${kind}::text AS made FROM (VALUES ${values.join(',')}) AS t (v, i, sign)`,
    );
    expect(rows.length).toBe(own.length);
    for (const [at, { raw, sign, text }] of own.entries()) {
      const expected = rows[at]!.made;
      const inRange = /^(?!0000)\d{4}-[^B]*$/.test(expected);
      expect([raw, sign + text, addDuration(raw, parseDuration(sign + text)!)]).toEqual([
        raw,
        sign + text,
        inRange ? expected : null,
      ]);
    }
  }
});

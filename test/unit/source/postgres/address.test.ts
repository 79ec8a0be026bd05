import { expect, test } from 'vitest';
import { parseAddress } from '../../../../src/source/postgres/address.js';

const parse = (url: string) => parseAddress(url, 'tablefold');

test('secrets are known in every spelling', () => {
  expect(parse('postgres://u:p%40ss@h/d?password=other').secrets).toEqual(
    expect.arrayContaining(['p%40ss', 'p@ss', 'other']),
  );
});

test('sslmode means what it means to libpq: require encrypts without a certificate check', () => {
  const modeOf = (mode: string) =>
    new URL(parse(`postgres://h/d?sslmode=${mode}`).config.connectionString ?? '').searchParams.get(
      'uselibpqcompat',
    );
  expect(['require', 'prefer', 'verify-ca'].map(modeOf)).toEqual(['true', 'true', 'true']);
  expect(['verify-full', 'disable', 'no-verify'].map(modeOf)).toEqual([null, null, null]);
});

test('statement_timeout and connect_timeout of the URL are ours to set', () => {
  const address = parse('postgres://h/d?statement_timeout=5s&connect_timeout=3');
  expect(address.statementTimeout).toBe('5s');
  expect(address.config.connectionTimeoutMillis).toBe(3000);
  expect(address.config.connectionString).not.toContain('statement_timeout');
  expect(parse('postgres://h/d').statementTimeout).toBe('0');
});

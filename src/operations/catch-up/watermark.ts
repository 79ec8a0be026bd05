import type { Cell } from '../../source/source.js';
import type { Column } from '../../source/source-schema.js';
import { usageError } from '../errors.js';

/** A point that a column's values have passed or not: what a catch-up begins with. */
export interface Watermark {
  readonly column: string;
  /** As it was typed: a moment in UTC, a date, an integer. */
  readonly value: string;
}

/**
 * How far before its watermark a catch-up over moments begins, where nothing else is said: a transaction stamps its rows
 * when it begins and shows them when it commits. Longer than most transactions, and few rows are written twice.
 */
export const OVERLAP_MS = 15 * 60_000;

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(?:Z|\+00(?::?00)?)?)?$/;
const MICROS_A_MS = 1000n;
const MICROS_A_DAY = 86_400_000_000n;

/** `updated_at=2026-11-26T00:00:00Z`. Throws `USAGE_VALUE`. */
export function parseWatermark(text: string): Watermark {
  const at = text.indexOf('=');
  const [column, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at > 0 && column !== '' && value !== '') return { column, value };
  throw usageError('USAGE_VALUE', `--changed-since ${JSON.stringify(text)} is no column and value`, {
    hint: 'Write --changed-since updated_at=2026-01-31T00:00:00Z.',
  });
}

/**
 * The raw text that a row's cell is compared with, `overlapMs` before the watermark (undefined: the default of the
 * column's type). `label`: the column for people. Throws `USAGE_VALUE`, `USAGE_COMBINATION`.
 */
export function boundOf(
  { value }: Watermark,
  column: Column,
  label: string,
  overlapMs: number | undefined,
): string {
  const { type } = column;
  if (type.kind === 'integer') {
    if (!/^-?\d+$/.test(value)) throw noValue(value, label, 'an integer, such as 4711');
    if ((overlapMs ?? 0) === 0) return String(BigInt(value));
    throw usageError('USAGE_COMBINATION', `--overlap is a time, and ${label} holds integers`, {
      hint: 'Leave --overlap out, and subtract from the value of --changed-since instead.',
    });
  }
  if (type.kind !== 'timestamp' && type.kind !== 'date') {
    throw usageError('USAGE_VALUE', `${label} (${column.nativeType}) cannot tell what came later`, {
      hint: 'Name a column of moments, dates or integers that every change raises.',
    });
  }
  const micros = microsOf(value);
  if (micros === null) throw noValue(value, label, 'a moment in UTC, such as 2026-01-31T09:30:00Z');
  const from = micros - BigInt(overlapMs ?? OVERLAP_MS) * MICROS_A_MS;
  if (type.kind === 'date') return momentOf(floorTo(from, MICROS_A_DAY)).slice(0, 10);
  return `${momentOf(from).replace('T', ' ')}${type.zone ? '+00' : ''}`;
}

/** The greatest of what several columns hold, as `--changed-since` takes it; null where none is a moment or integer. */
export function latestOf(cells: readonly Cell[]): string | null {
  const texts = cells.filter((cell) => cell !== null).map(String);
  const moments = texts.flatMap((text) => microsOf(text) ?? []);
  const integers = texts.filter((text) => /^-?\d+$/.test(text)).map(BigInt);
  const greatest = (values: readonly bigint[]) => values.reduce((one, other) => (other > one ? other : one));
  if (moments.length > 0) return `${momentOf(greatest(moments))}Z`;
  return integers.length > 0 ? String(greatest(integers)) : null;
}

/** Microseconds since 1970; null for what is no moment (`infinity`, a year beyond 9999). */
function microsOf(text: string): bigint | null {
  const [, day, minute = '00:00', second = '00', fraction = ''] = MOMENT.exec(text) ?? [];
  if (day === undefined) return null;
  const milliseconds = Date.parse(`${day}T${minute}:${second}Z`);
  if (Number.isNaN(milliseconds) || !new Date(milliseconds).toISOString().startsWith(day)) return null;
  return BigInt(milliseconds) * MICROS_A_MS + BigInt(fraction.padEnd(6, '0'));
}

function momentOf(micros: bigint): string {
  const seconds = floorTo(micros, 1_000_000n);
  const text = new Date(Number(seconds / MICROS_A_MS)).toISOString().slice(0, 19);
  return `${text}.${String(micros - seconds).padStart(6, '0')}`;
}

function floorTo(micros: bigint, step: bigint): bigint {
  const rest = micros % step;
  return micros - (rest < 0n ? rest + step : rest);
}

function noValue(value: string, label: string, wanted: string) {
  return usageError('USAGE_VALUE', `--changed-since: ${JSON.stringify(value)} is no value of ${label}`, {
    hint: `Write ${wanted}.`,
  });
}

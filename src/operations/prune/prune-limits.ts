import type { LoadedMapping } from '../../mapping/load-mapping.js';
import type { Sink } from '../../sink/sink.js';
import type { Source } from '../../source/source.js';
import type { PointInTimeRecovery } from '../../table/point-in-time-recovery.js';
import { runError, usageError } from '../errors.js';
import type { ReadDifferences } from '../read-differences.js';

/** The most items that one prune may delete. */
export type MaxDeletes =
  | { readonly kind: 'items'; readonly items: number }
  /** Of the items that the diff counted in the table. */
  | { readonly kind: 'percent'; readonly percent: number };

export const MAX_DELETES: MaxDeletes = { kind: 'percent', percent: 1 };

/** Hours for which a diff may be acted on. */
const MAX_AGE_HOURS = 24;

/** `12` or `2.5%`. Throws `USAGE_VALUE`. */
export function parseMaxDeletes(text: string): MaxDeletes {
  const [, number = '', percent] = /^(\d+(?:\.\d+)?)\s*(%)?$/.exec(text.trim()) ?? [];
  const value = Number(number);
  if (number === '' || (percent === undefined ? !Number.isSafeInteger(value) : value > 100)) {
    throw usageError('USAGE_VALUE', `--max-deletes ${JSON.stringify(text)} is no number of items`, {
      hint: 'Items, such as 12; or a share of the items in the table, such as 2%.',
    });
  }
  return percent === undefined ? { kind: 'items', items: value } : { kind: 'percent', percent: value };
}

/** Items that may be deleted of a table with so many. */
export function mostDeletes(limit: MaxDeletes, items: number): number {
  return limit.kind === 'items' ? limit.items : Math.floor((items * limit.percent) / 100);
}

/**
 * Items that may be deleted. `found`: how many would be, as the beginning of a sentence. Throws `RUN_FUSE` where they
 * are more.
 */
export function holdFuse(
  limit: MaxDeletes,
  { orphans, items, found }: { readonly orphans: number; readonly items: number; readonly found: string },
): number {
  const most = mostDeletes(limit, items);
  if (orphans <= most) return most;
  const share = limit.kind === 'items' ? '' : `, ${limit.percent} % of ${items} items`;
  throw runError('RUN_FUSE', `${found}, and at most ${most} may be deleted${share}: nothing was deleted`, {
    hint: `Look at them first; if all of them have to go, add --max-deletes ${orphans}.`,
  });
}

/** Throws `RUN_DIFFERENCES` unless the diff was of this mapping, source and table, of all of it, and of late. */
export function refuseOtherDiff(
  { header }: ReadDifferences,
  path: string,
  now: { readonly mapping: LoadedMapping; readonly source: Source; readonly sink: Sink; readonly at: number },
): void {
  const { mapping, source, sink } = now;
  const age = (now.at - Date.parse(header.startedAt)) / 3_600_000;
  const wrong = [
    header.mappingDigest === mapping.digest ? null : 'the mapping was another',
    header.source === source.label ? null : `the source was ${header.source}, and is ${source.label}`,
    header.table === sink.label ? null : `the table was ${header.table}, and is ${sink.label}`,
    header.entities === null ? null : `it was of ${header.entities.join(', ')} alone`,
    header.sample === null ? null : `it was of a sample of ${header.sample} items`,
    age < MAX_AGE_HOURS
      ? null
      : `it began ${Math.floor(age)} hours ago, and at most ${MAX_AGE_HOURS} are allowed`,
    age >= -1 ? null : `it began at ${header.startedAt}, which is yet to come`,
  ].filter((reason) => reason !== null);
  if (wrong.length === 0) return;
  throw runError('RUN_DIFFERENCES', `${path} is not of a diff to prune by: ${wrong.join('; ')}`, {
    hint: 'Run `tablefold diff --out FILE` once more, of all entities and items, and prune by that file.',
  });
}

/** Throws `RUN_UNPROTECTED` where what is deleted could not be had back by a restore. */
export function requireRecovery(found: PointInTimeRecovery, table: string): void {
  if (found === 'on') return;
  const what =
    found === 'off'
      ? `point-in-time recovery of ${table} is off`
      : `it cannot be told whether point-in-time recovery of ${table} is on: the server does not know of it, or dynamodb:DescribeContinuousBackups is missing`;
  throw runError('RUN_UNPROTECTED', `${what}; nothing was deleted`, {
    hint: 'Turn it on (aws dynamodb update-continuous-backups), or rely on the undo file alone with --without-pitr.',
  });
}

import type { OldKeysReport } from '../operations/catch-up/old-keys.js';
import type { MigrateReport } from '../operations/migrate-report.js';
import { printable } from './printable.js';
import { renderDeletion } from './render-prune.js';
import { count, plural } from './table.js';

/** What a run over changed rows saw and what it did not, with what to type next. */
export function renderCatchUp({ catchUp }: MigrateReport): string {
  if (catchUp === null) return '';
  const { since, keys, unwatched, movable, oldKeys } = catchUp;
  const lines: string[] = [];
  if (since !== null) {
    const from = Object.entries(since.from).map(([table, value]) => `${table} from ${value}`);
    lines.push(`Changed by ${since.column}: ${from.join(', ')}.`);
    if (since.unindexed.length > 0) {
      lines.push(
        `No index begins with ${since.column} in ${since.unindexed.join(', ')}: each statement read all of it.`,
      );
    }
    if (unwatched.length > 0) {
      lines.push(`Not seen: changes in ${unwatched.join(', ')}, which lack ${since.column}.`);
    }
    lines.push(
      since.next === null
        ? `No row holds such a value of ${since.column} yet: begin the next catch-up with the same.`
        : `The next catch-up: --changed-since ${since.column}=${since.next}`,
    );
  }
  if (keys !== null && keys.missing.length > 0) {
    const which = `${keys.missing.slice(0, 10).join(', ')}${keys.missing.length > 10 ? ', …' : ''}`;
    const rest = oldKeys === null ? ': what the table holds of them is an orphan' : '';
    lines.push(
      `${plural(keys.missing.length, 'key')} of ${count(keys.given)} without a row (${which})${rest}.`,
    );
  }
  if (oldKeys !== null) lines.push(...oldKeysLines(oldKeys));
  else if (movable.length > 0) {
    lines.push(
      `Rows whose keys may have changed: ${movable.join(', ')} can have left items under former keys; so have deleted rows. tablefold diff --out FILE finds them, tablefold prune --differences FILE deletes them.`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function oldKeysLines(report: OldKeysReport): readonly string[] {
  const { rows, orphans, index, differences, items, table, maxDeletes } = report;
  const by = index === null ? `the differences of ${printable(differences ?? '')}` : `the index ${index}`;
  return [
    `Former keys: ${plural(rows, 'changed row')} left ${plural(orphans, 'item')}, by ${by}; of ${plural(items, 'item')} in the table at most ${count(maxDeletes)} may be deleted.`,
    renderDeletion(report, table).trimEnd(),
  ];
}

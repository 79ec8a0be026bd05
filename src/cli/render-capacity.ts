import { type CapacityReport, RESTORE_COMMAND } from '../operations/capacity.js';
import { count, table as grid } from './table.js';

type Part = CapacityReport['capacity']['parts'][number];

const DONE: { readonly [done in CapacityReport['done']]: string | null } = {
  shown: null,
  raised: 'Raised.',
  restored: 'As it was before.',
  nothing: 'Nothing had to be changed.',
  'changed by others': 'Somebody has set it otherwise since it was raised: left alone.',
};

/** What a table takes a second, for people, and what is still to be taken back. */
export function renderCapacity(report: CapacityReport, mapping: string): string {
  const { table, region, capacity, raised, done } = report;
  const rows = capacity.parts.map((part) => [
    part.index ?? 'table',
    ...(['write', 'read'] as const).map((direction) => set(part, direction)),
    ...(['write', 'read'] as const).map((direction) =>
      part.warm === null ? '-' : count(part.warm[direction]),
    ),
  ]);
  const said = DONE[done];
  return [
    `${table} (${region}): ${capacity.mode}${said === null ? '' : `. ${said}`}`,
    grid(['', 'write units/s', 'read units/s', 'at once: write', 'read'], rows).trimEnd(),
    raised === null
      ? `Next: tablefold migrate --mapping ${mapping}\n`
      : `Raised since ${raised.at}; it was ${raised.before.mode}.\nNext, when the load is over: ${RESTORE_COMMAND} --mapping ${mapping}\n`,
  ].join('\n');
}

function set({ provisioned, maximum }: Part, direction: 'read' | 'write'): string {
  if (provisioned !== null) return count(provisioned[direction]);
  const most = maximum?.[direction] ?? -1;
  return most < 0 ? 'on-demand' : `at most ${count(most)}`;
}

import type { SnapshotTaken } from '../state/state.js';

const WHY: Readonly<Record<SnapshotTaken['why'], string>> = {
  begun: 'begun',
  resumed: 'resumed',
  lost: 'the one before was lost',
  aged: 'the one before was too old',
};

/** A line for each snapshot, where there is more to say than that one was taken. */
export function renderSnapshots(snapshots: readonly SnapshotTaken[]): readonly string[] {
  return snapshots.map(({ at, why, position, readers }) => {
    const connections = readers === 1 ? ', one connection' : '';
    return `snapshot ${at} at ${position ?? 'an unknown position'} (${WHY[why]}${connections})`;
  });
}

/** Why one connection read all, and what would let more of them read: once for each reason. */
export function renderReaders(snapshots: readonly SnapshotTaken[]): string {
  const reasons = new Map(
    snapshots.flatMap(({ readersReason: reason }) =>
      reason === undefined ? [] : [[reason.why, reason.hint]],
    ),
  );
  return [...reasons]
    .map(([why, hint]) => `The source was read over one connection: ${why}.\n  ${hint}\n`)
    .join('');
}

/** Why not all is of one moment, from which snapshots it is, and what to do, `next`; empty: it is of one. */
export function renderConsistency(
  { consistent, snapshots }: { readonly consistent: boolean; readonly snapshots: readonly SnapshotTaken[] },
  next: string,
): string {
  if (consistent) return '';
  const readAgain = new Set(snapshots.flatMap(({ chunksReadAgain }) => chunksReadAgain));
  const lines = renderSnapshots(snapshots).map((line) => `${line}\n`);
  return `consistent: false; ${whyNotOneMoment(snapshots, [...readAgain])}.\n${lines.join('')}${next}\n`;
}

/** Why what was read is not one moment of the source. */
function whyNotOneMoment(snapshots: readonly SnapshotTaken[], readAgain: readonly string[]): string {
  const twice = `read twice: ${readAgain.join(', ') || 'none'}`;
  const later = new Set(snapshots.slice(1).map(({ why }) => why));
  const parts = [
    ...(later.has('resumed') ? ['the run was resumed'] : []),
    ...(later.has('lost') ? ['the source was lost and came back'] : []),
    ...(later.has('aged') ? ['the snapshot reached --max-snapshot-age'] : []),
  ];
  if (parts.length === 0) return 'the chunks were read at different moments';
  return `${parts.join(', ')}, and later chunks were read from a later snapshot (${twice})`;
}

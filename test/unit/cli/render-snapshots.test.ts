import { expect, test } from 'vitest';
import { renderReaders } from '../../../src/cli/render-snapshots.js';
import type { SnapshotTaken } from '../../../src/state/state.js';

const taken = (change: Partial<SnapshotTaken>): SnapshotTaken => ({
  at: '2026-01-01T00:00:00.000Z',
  why: 'begun',
  position: null,
  consistent: true,
  readers: 1,
  chunksReadAgain: [],
  ...change,
});

test('the reason for one connection is said once, with its hint, however many snapshots gave it', () => {
  const alone = taken({ readersReason: { why: 'the tables are held', hint: 'Wait.' } });
  expect(renderReaders([alone, alone])).toBe(
    'The source was read over one connection: the tables are held.\n  Wait.\n',
  );
});

test('one connection that was asked for is nothing to speak of', () => {
  expect(renderReaders([taken({}), taken({ readers: 4 })])).toBe('');
});

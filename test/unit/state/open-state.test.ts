import { describe, expect, it } from 'vitest';
import { openState } from '../../../src/state/open-state.js';

describe('opening a state', () => {
  it('takes a path for a folder, and shows it as it was given', async () => {
    await using store = await openState('.tablefold-of-nobody');
    expect(store.label).toBe('.tablefold-of-nobody');
    expect(await store.list()).toEqual([]);
  });

  it.each(['dynamodb://shop', 'S3://bucket/x', ''])(
    'refuses %j and says what can be named',
    async (location) => {
      await expect(openState(location)).rejects.toMatchObject({
        code: 'STATE_LOCATION',
        hint: expect.stringContaining('--state .tablefold'),
      });
    },
  );
});

import { expect, test, vi } from 'vitest';
import { confirmWrite } from '../../../src/cli/confirm.js';

const never = new AbortController().signal;
const what = 'Write to table shop in account 1, region eu-west-1';

test('--yes shows what will be written and asks nobody; --quiet shows nothing', async () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    await confirmWrite(what, { yes: true, quiet: false }, never);
    expect(write.mock.calls).toEqual([[`${what}\n`]]);
    await confirmWrite(what, { yes: true, quiet: true }, never);
    expect(write).toHaveBeenCalledTimes(1);
  } finally {
    write.mockRestore();
  }
});

test('without a terminal there is nobody to ask', async () => {
  await expect(confirmWrite(what, { yes: false, quiet: true }, never)).rejects.toMatchObject({
    code: 'USAGE_MISSING',
    message: `${what}: nobody is there to confirm it`,
    hint: 'Add --yes in scripts.',
  });
});

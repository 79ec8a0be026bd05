import { expect, it } from 'vitest';
import { rootFailure } from '../../../src/cli/failure.js';
import { sourceError } from '../../../src/source/errors.js';

it('what ended the work is reported, not what closing it said afterwards', async () => {
  const lost = sourceError('SOURCE_LOST', 'the connection was cut');
  const closing = (message: string) => ({
    async [Symbol.asyncDispose]() {
      throw new Error(message);
    },
  });
  const work = async () => {
    await using _outer = closing('cannot unlock');
    await using _inner = closing('cannot say goodbye');
    throw lost;
  };
  const thrown = await work().catch((error: Error) => error);
  expect(thrown).not.toBe(lost);
  expect(rootFailure(thrown as Error)).toBe(lost);
});

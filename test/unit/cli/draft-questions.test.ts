import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { questionsOf } from '../../../src/cli/draft-questions.js';

const { signal } = new AbortController();
const flags = { json: false, quiet: false };
const OFFER = {
  joins: [{ name: 'join orders(country_id)', about: 'its country: name' }],
  foreignKeys: [
    { name: 'orders(customer_id)', about: 'seen 1,200 times' },
    { name: 'orders(rep_id)', about: '' },
  ],
  patterns: [],
};

/** A terminal on which each question is answered by the next keys. */
function terminal(...answers: readonly string[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const left = [...answers];
  let shown = '';
  output.on('data', (text: Buffer) => {
    const before = questions(shown);
    shown += text.toString();
    if (questions(shown) > before) setTimeout(() => input.write(left.shift() ?? ''), 20);
  });
  const isTTY = true;
  // As stderr, which a prompt that ends does not close.
  output.end = () => output;
  return {
    on: { input: Object.assign(input, { isTTY }), output: Object.assign(output, { isTTY }) },
    text: () => shown,
  };
}

/** Questions that were shown and not yet answered begin with a question mark. */
function questions(text: string): number {
  return new Set(text.match(/Which [^?]+\?/g)).size;
}

beforeEach(() => void vi.stubEnv('CI', ''));
afterEach(() => void vi.unstubAllEnvs());

test('what is unticked is declined; what is not offered is not asked', async () => {
  const { on, text } = terminal('\r', '\u001B[B \r');
  const { decline } = questionsOf(flags, signal, on);
  expect(await decline?.(OFFER)).toEqual(['orders(rep_id)']);
  expect(text()).toContain('orders(customer_id)  seen 1,200 times');
  expect(text()).not.toContain('Which other access patterns');
});

test('at least one table is chosen', async () => {
  const { on, text } = terminal(' \r\u001B[B \r');
  const { tables } = questionsOf(flags, signal, on);
  const chosen = await tables?.([
    { name: 'public.orders', rows: 1200 },
    { name: 'public.logs', rows: null },
  ]);
  expect(chosen).toEqual(['public.logs']);
  expect(text()).toContain('public.orders  about 1,200 rows');
});

test('Ctrl-C ends the command before anything is written', async () => {
  const { on } = terminal('\u0003');
  await expect(questionsOf(flags, signal, on).decline?.(OFFER)).rejects.toMatchObject({
    code: 'RUN_INTERRUPTED',
    message: 'interrupted; nothing was written',
  });
});

test('nobody is asked without a terminal, in CI, for --json, or what flags have answered', () => {
  const { on } = terminal();
  const nowhere = { input: new PassThrough(), output: new PassThrough() };
  const asked = (...args: Parameters<typeof questionsOf>) => Object.keys(questionsOf(...args));
  expect(asked(flags, signal, on)).toEqual(['tables', 'decline']);
  expect(asked({ ...flags, include: ['orders'] }, signal, on)).toEqual(['decline']);
  expect(asked({ ...flags, decline: ['orders(rep_id)'] }, signal, on)).toEqual(['tables']);
  expect(asked({ ...flags, json: true }, signal, on)).toEqual([]);
  expect(asked({ ...flags, interactive: false }, signal, on)).toEqual([]);
  expect(asked(flags, signal, nowhere)).toEqual([]);
  expect(() => questionsOf({ ...flags, interactive: true }, signal, nowhere)).toThrow(
    'no terminal to ask on',
  );
  vi.stubEnv('CI', 'true');
  expect(asked(flags, signal, on)).toEqual([]);
  expect(asked({ ...flags, interactive: true }, signal, on)).toEqual(['tables', 'decline']);
});

import { describe, expect, it } from 'vitest';
import { createMeter } from '../../../src/pipeline/meter.js';
import { paced, SourcePause } from '../../../src/pipeline/source-pause.js';
import { sourceError } from '../../../src/source/errors.js';
import type { Snapshot } from '../../../src/source/source.js';
import { silentLogger } from '../../../src/support/log.js';
import { manualClock } from '../../support/manual-clock.js';

/** A pause that is given these answers in turn, one a second; the last one for good. */
async function pauseOf(answers: readonly (string | null | Error)[], patienceMs = 10_000) {
  const clock = manualClock();
  const meter = createMeter();
  const end = new AbortController();
  const failures: unknown[] = [];
  let asked = 0;
  const pause = await SourcePause.open({
    questions: [
      {
        flag: '--flag',
        async ask() {
          const answer = answers[Math.min(asked, answers.length - 1)] ?? null;
          asked += 1;
          if (answer instanceof Error) throw answer;
          return answer;
        },
      },
      { flag: '--other', ask: async () => null },
    ],
    everyMs: 1000,
    retry: { patienceMs },
    clock,
    meter,
    log: silentLogger,
    signal: end.signal,
    fail: (error) => failures.push(error),
  });
  return { pause, clock, meter, end, failures, asked: () => asked };
}

const lost = () => sourceError('SOURCE_LOST', 'the session was lost');

describe('a pause of the source', () => {
  it('holds readers back from the first reason to the first answer without one, and counts the time', async () => {
    const { pause, clock, meter } = await pauseOf(['1', 't', 't', null]);
    expect(meter.sourcePaused).toEqual({ flag: '--flag', why: '1', since: 0 });
    await pause.wait();
    expect(clock.now()).toBe(3000);
    expect([meter.sourcePaused, meter.pausedMs]).toEqual([null, 3000]);
    await pause[Symbol.asyncDispose]();
  });

  it('holds a reader back in the middle of a chunk, between two pages', async () => {
    const { pause, clock } = await pauseOf([null, '1', '1', null]);
    const readAt: number[] = [];
    const snapshot = {
      async *readChunk() {
        for (let page = 0; page < 2; page += 1) {
          readAt.push(clock.now());
          yield { rows: [], bytes: 0 };
        }
      },
    } as unknown as Snapshot;
    for await (const _ of paced(snapshot, pause).readChunk(
      undefined as never,
      undefined as never,
      undefined as never,
    )) {
      if (readAt.length === 1) while (clock.now() < 1000) await new Promise(setImmediate);
    }
    expect(readAt).toEqual([0, 3000]);
    await pause[Symbol.asyncDispose]();
  });

  it('ends with the run: whoever waits is told why', async () => {
    const { pause, end, failures } = await pauseOf(['1']);
    const waiting = pause.wait();
    end.abort(new Error('Ctrl-C'));
    await expect(waiting).rejects.toThrow('Ctrl-C');
    await pause[Symbol.asyncDispose]();
    expect(failures).toEqual([]);
  });

  it('asks no more once it is let go', async () => {
    const { pause, asked } = await pauseOf([null]);
    await pause[Symbol.asyncDispose]();
    const before = asked();
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    expect(asked()).toBe(before);
  });

  it('throws what the source says to the first question', async () => {
    await expect(pauseOf([lost()])).rejects.toMatchObject({ code: 'SOURCE_LOST' });
  });

  it('keeps to the last answer while the source is lost, and goes on when it is back', async () => {
    const { pause, clock, meter, failures } = await pauseOf(['1', lost(), lost(), null]);
    await pause.wait();
    expect([clock.now(), meter.pausedMs, failures]).toEqual([3000, 3000, []]);
    await pause[Symbol.asyncDispose]();
  });

  it.each([
    [
      'a source that is lost for longer than the patience',
      lost(),
      4,
      /--flag and --other had no answer for 3 s/,
    ],
    ['a complaint', sourceError('SOURCE_QUERY', 'no such table'), 1, /no such table/],
  ])('ends the run for %s', async (_, answer, seconds, message) => {
    const { pause, clock, failures } = await pauseOf([null, answer], 3000);
    while (failures.length === 0) await new Promise(setImmediate);
    expect(clock.now()).toBe(seconds * 1000);
    expect(String(failures[0])).toMatch(message);
    await pause[Symbol.asyncDispose]();
  });
});

import { describe, expect, it, vi } from 'vitest';
import type { Item } from '../../../src/item/item.js';
import type { Reject } from '../../../src/item/reject.js';
import { nothingMapped } from '../../../src/mapping/mapper.js';
import { ChunkAccount } from '../../../src/pipeline/account.js';
import { createMeter } from '../../../src/pipeline/meter.js';
import { type RateLimit, rateLimit } from '../../../src/pipeline/rate.js';
import { Writer, type WriterOptions } from '../../../src/pipeline/writer.js';
import { type MemoryOptions, memorySink } from '../../../src/sink/memory/memory-sink.js';
import { silentLogger } from '../../../src/support/log.js';
import { itemOf, itemsOf, THINGS } from '../../support/items.js';
import { manualClock } from '../../support/manual-clock.js';

const NO_RATE: RateLimit = {
  rate: Number.POSITIVE_INFINITY,
  take: async () => undefined,
  settle: () => undefined,
  forgive: () => undefined,
  setCeiling: () => undefined,
  pauses: 0,
  pause: () => undefined,
};

async function writerOf(
  sinkOptions: Partial<MemoryOptions> = {},
  writerOptions: Partial<WriterOptions> = {},
) {
  const sink = memorySink({ table: THINGS, ...sinkOptions });
  const end = new AbortController();
  const clock = manualClock();
  const meter = createMeter();
  const options: WriterOptions = {
    concurrency: 4,
    maxPendingBytes: 1024 * 1024,
    retry: { baseMs: 10, capMs: 1000, patienceMs: 60_000 },
    rate: rateLimit(Number.POSITIVE_INFINITY, clock),
    clock,
    meter,
    log: silentLogger,
    signal: end.signal,
    fail: (error) => end.abort(error),
    ...writerOptions,
  };
  const writer = new Writer(await sink.openWriter('overwrite'), options);
  return { sink, writer, meter, clock, end, options };
}

function accountOf(items: readonly Item[], rejects: Reject[] = []): ChunkAccount {
  const fuse = { count: (reject: Reject) => void rejects.push(reject), takeBack: () => undefined };
  const account = new ChunkAccount(() => undefined, fuse);
  const made = nothingMapped();
  made.items.push(...items);
  account.mapped(items.length, made);
  return account;
}

async function putAll(writer: Writer, items: readonly Item[], account: ChunkAccount): Promise<void> {
  for (const item of items) await writer.put(item, account);
  await writer.settle(account);
}

describe('the writer', () => {
  it('sends full batches of 25 and the rest when a chunk waits for it', async () => {
    const { sink, writer } = await writerOf();
    const items = itemsOf(60);
    const account = accountOf(items);
    await putAll(writer, items, account);
    expect(sink.batches.map((batch) => batch.length)).toEqual([25, 25, 10]);
    expect(account.counts).toMatchObject({ rows: 60, written: 60, rejects: 0 });
    expect(sink.items.size).toBe(60);
  });

  it('mixes items of several chunks into one batch and tells each its own', async () => {
    const { sink, writer } = await writerOf();
    const [left, right] = [itemsOf(10, 'L'), itemsOf(15, 'R')];
    const [a, b] = [accountOf(left), accountOf(right)];
    await Promise.all([putAll(writer, left, a), putAll(writer, right, b)]);
    expect(Math.max(...sink.batches.map((batch) => batch.length))).toBeGreaterThan(10);
    expect([a.counts.written, b.counts.written]).toEqual([10, 15]);
  });

  it('retries what came back unprocessed, and nothing else, until all is written', async () => {
    const { sink, writer, meter, clock } = await writerOf({
      script: [
        { kind: 'unprocessed', count: 20 },
        { kind: 'throttled', reason: 'TableWriteProvisionedThroughputExceeded' },
        { kind: 'unprocessed', count: 1 },
      ],
    });
    const items = itemsOf(25);
    const account = accountOf(items);
    await putAll(writer, items, account);
    expect(sink.batches.map((batch) => batch.length)).toEqual([25, 20, 20, 1]);
    expect(account.counts.written).toBe(25);
    expect(meter).toMatchObject({ written: 25, retried: 41, throttled: 3, pendingBytes: 0, batches: 0 });
    expect(clock.sleeps).toHaveLength(3);
  });

  it('sends fresh items while what was left waits for its turn', async () => {
    const { sink, writer } = await writerOf(
      { script: [{ kind: 'unprocessed', count: 5 }] },
      { concurrency: 1 },
    );
    const items = itemsOf(45);
    await putAll(writer, items, accountOf(items));
    expect(sink.batches.map((batch) => batch.length)).toEqual([25, 20, 5]);
  });

  it('waits with full jitter up to an exponential bound', async () => {
    const { writer, clock } = await writerOf({
      script: Array.from({ length: 6 }, () => ({ kind: 'throttled', reason: 'x' }) as const),
    });
    const items = itemsOf(1);
    await putAll(writer, items, accountOf(items));
    expect(clock.sleeps).toHaveLength(6);
    for (const [attempt, sleep] of clock.sleeps.entries())
      expect(sleep).toBeLessThanOrEqual(10 * 2 ** attempt);
  });

  it('gives up only when nothing at all was acknowledged for as long as its patience', async () => {
    const { writer, clock, end } = await writerOf(
      {
        script: Array.from(
          { length: 1000 },
          () => ({ kind: 'throttled', reason: 'TableWriteKeyRangeThroughputExceeded' }) as const,
        ),
      },
      { retry: { baseMs: 1000, capMs: 1000, patienceMs: 20_000 } },
    );
    const items = itemsOf(1);
    await expect(putAll(writer, items, accountOf(items))).rejects.toMatchObject({ code: 'SINK_NO_PROGRESS' });
    expect(clock.now()).toBeGreaterThanOrEqual(20_000);
    expect(end.signal.reason).toMatchObject({
      message: expect.stringContaining('TableWriteKeyRangeThroughputExceeded'),
    });
  });

  it('is patient with a slow table as long as some item gets through', async () => {
    const { writer } = await writerOf(
      {
        script: Array.from(
          { length: 24 },
          (_, round) => ({ kind: 'unprocessed', count: 24 - round }) as const,
        ),
      },
      { retry: { baseMs: 1000, capMs: 1000, patienceMs: 2000 }, concurrency: 1 },
    );
    const items = itemsOf(25);
    // One item an attempt; 24 waits of up to a second each are far more than the patience.
    const account = accountOf(items);
    await putAll(writer, items, account);
    expect(account.counts.written).toBe(25);
  });

  it('logs the one item that the sink refuses and writes its neighbours', async () => {
    const { sink, writer } = await writerOf({ script: [{ kind: 'reject', positions: [3], reason: 'bad' }] });
    const items = itemsOf(25);
    const rejects: Reject[] = [];
    const account = accountOf(items, rejects);
    await putAll(writer, items, account);
    expect(rejects.map(({ key, code }) => [key, code])).toEqual([[items[3]?.key, 'ITEM_REFUSED']]);
    expect(account.counts).toMatchObject({ written: 24, rejects: 1 });
    expect(sink.items.size).toBe(24);
  });

  it('never has a key twice in a batch or in two batches at once', async () => {
    // The memory sink throws when it sees either.
    const { sink, writer } = await writerOf({
      before: () => new Promise((resolve) => setImmediate(resolve)),
    });
    const items = Array.from({ length: 200 }, (_, number) => itemOf(`K${number % 7}`, 'A', String(number)));
    const account = accountOf(items);
    await putAll(writer, items, account);
    expect(account.counts.written).toBe(200);
    expect([...sink.items.values()].map(({ text }) => Number(text?.['S'])).sort((a, b) => a - b)).toEqual([
      193, 194, 195, 196, 197, 198, 199,
    ]);
  });

  it('holds its callers back at the byte limit and lets them go on as items are settled', async () => {
    let peak = 0;
    const state = { meter: createMeter() };
    const { writer } = await writerOf(
      {
        before: async () => {
          peak = Math.max(peak, state.meter.pendingBytes);
          await new Promise((resolve) => setImmediate(resolve));
        },
      },
      { maxPendingBytes: 50_000, meter: state.meter },
    );
    const items = Array.from({ length: 500 }, (_, number) => itemOf(`K${number}`, 'A', 'x'.repeat(1000)));
    const account = accountOf(items);
    await putAll(writer, items, account);
    expect(account.counts.written).toBe(500);
    expect(peak).toBeLessThan(52_000);
  });

  it('holds its callers back when a batch waits for each slot, however small their items are', async () => {
    let peak = 0;
    let full = false;
    const state = { meter: createMeter() };
    const { writer } = await writerOf(
      {
        before: async () => {
          peak = Math.max(peak, state.meter.pendingBytes);
          full ||= state.meter.full;
          await new Promise((resolve) => setImmediate(resolve));
        },
      },
      { concurrency: 2, meter: state.meter },
    );
    const items = Array.from({ length: 1000 }, (_, number) => itemOf(`K${1000 + number}`, 'A', 'x'));
    const account = accountOf(items);
    await putAll(writer, items, account);
    expect(account.counts.written).toBe(1000);
    const batches = peak / (25 * (items[0]?.json.length ?? 0));
    expect(batches).toBeGreaterThan(3); // two under way, and no slot runs dry
    expect(batches).toBeLessThan(5);
    expect([full, state.meter.full]).toEqual([true, false]);
  });

  it('ends the run with the error of the sink, and every waiting chunk with it', async () => {
    const error = new Error('table is gone');
    const { writer, end } = await writerOf({ script: [{ kind: 'fail', error }] });
    const [left, right] = [itemsOf(30, 'L'), itemsOf(5, 'R')];
    const both = await Promise.allSettled([
      putAll(writer, left, accountOf(left)),
      putAll(writer, right, accountOf(right)),
    ]);
    expect(both.map((result) => result.status === 'rejected' && result.reason)).toEqual([error, error]);
    expect(end.signal.aborted).toBe(true);
  });

  it('sends a partial batch after a moment even if no chunk waits', async () => {
    const { sink, writer } = await writerOf();
    const [item] = itemsOf(1);
    await writer.put(item as Item, accountOf([item as Item]));
    await expect.poll(() => sink.items.size).toBe(1);
  });

  it('counts no time against its patience in which the rate let nothing be tried', async () => {
    const clock = manualClock();
    const { writer } = await writerOf(
      { script: [{ kind: 'written' }, { kind: 'throttled', reason: 'x' }] },
      {
        concurrency: 1,
        clock,
        // Ten minutes of waiting before each request, patience of one.
        rate: { ...NO_RATE, take: (_, signal) => clock.sleep(600_000, signal) },
      },
    );
    const items = itemsOf(50);
    const account = accountOf(items);
    await putAll(writer, items, account);
    expect(account.counts.written).toBe(50);
  });

  it('charges the rate for what a condition held back and for what may have landed', async () => {
    const settled: [number, number][] = [];
    const rate: RateLimit = { ...NO_RATE, settle: (taken, consumed) => void settled.push([taken, consumed]) };
    const { writer } = await writerOf({ script: [{ kind: 'trouble', trouble: 'reply lost' }] }, { rate });
    const items = itemsOf(10);
    await putAll(writer, items, accountOf(items));
    expect(settled).toEqual([
      [10, 10],
      [10, 10],
    ]);

    const there = memorySink({ table: THINGS });
    const before = await there.openWriter('overwrite');
    await before.write(
      items.map(({ key, ...item }) => ({
        ...item,
        key,
        json: item.json.replace('"text":{"S":""}', '"text":{"S":"old"}'),
      })),
      new AbortController().signal,
    );
    const held = await writerOf({}, { rate });
    const inserting = new Writer(await there.openWriter('insert-only'), { ...held.options });
    const account = accountOf(items);
    await putAll(inserting, items, account);
    expect(account.counts.held).toBe(10);
    expect(settled.at(-1)).toEqual([10, 10]);
  });

  it('says when no request is under way any more', async () => {
    let finish: () => void = () => undefined;
    const { sink, writer, end } = await writerOf({
      before: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    const items = itemsOf(25);
    const putting = putAll(writer, items, accountOf(items));
    await expect.poll(() => sink.batches.length).toBe(1);
    end.abort(new Error('Ctrl-C'));
    await expect(putting).rejects.toThrow('Ctrl-C');
    const idle = vi.fn();
    const waiting = writer.idle().then(idle);
    await new Promise((resolve) => setImmediate(resolve));
    expect(idle).not.toHaveBeenCalled();
    finish();
    await waiting;
    await writer.idle();
  });

  it('never holds back a caller that puts after the end of the run', async () => {
    const { writer, end } = await writerOf({}, { maxPendingBytes: 1 });
    end.abort(new Error('Ctrl-C'));
    const items = itemsOf(3);
    await expect(putAll(writer, items, accountOf(items))).rejects.toThrow('Ctrl-C');
  });
});

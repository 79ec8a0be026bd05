import { describe, expect, it } from 'vitest';
import { memorySink } from '../../../../src/sink/memory/memory-sink.js';
import { sinkContract } from '../../../contract/sink.contract.js';
import { makeItem, makeItems, SINK_TABLE } from '../../../contract/sink-items.js';

const signal = new AbortController().signal;

sinkContract('the memory sink', async () => memorySink({ table: SINK_TABLE }));

describe('the memory sink', () => {
  it('follows its script, one outcome a call, and then stores everything', async () => {
    const items = makeItems('P', 4);
    const sink = memorySink({
      table: SINK_TABLE,
      script: [
        { kind: 'throttled', reason: 'TableWriteKeyRangeThroughputExceeded', resource: 'arn:table' },
        { kind: 'unprocessed', count: 3 },
        { kind: 'trouble', trouble: 'socket hang up', landed: true },
        { kind: 'reject', positions: [1], reason: 'because' },
        { kind: 'fail', error: new Error('denied') },
      ],
    });
    const writer = await sink.openWriter('overwrite');
    const write = () => writer.write(items, signal);
    expect(await write()).toMatchObject({
      written: 0,
      unprocessed: items,
      throttle: { reason: 'TableWriteKeyRangeThroughputExceeded', resource: 'arn:table' },
    });
    expect(sink.items.size).toBe(0);
    expect(await write()).toMatchObject({
      written: 1,
      unprocessed: items.slice(1),
      throttle: { reason: 'unknown', resource: null },
    });
    expect(sink.items.size).toBe(1);
    expect(await write()).toMatchObject({ written: 0, unprocessed: items, trouble: 'socket hang up' });
    expect(sink.items.size).toBe(4);
    expect(await write()).toMatchObject({ written: 3, rejects: [{ key: items[1]?.key, reason: 'because' }] });
    await expect(write()).rejects.toThrow('denied');
    expect(await write()).toMatchObject({ written: 4, unprocessed: [] });
    expect(sink.batches).toHaveLength(6);
  });

  it('throws when its caller breaks the contract', async () => {
    const [a, b] = [makeItem('P', 'a'), makeItem('P', 'b')];
    const sink = memorySink({ table: SINK_TABLE, before: () => new Promise(setImmediate) });
    const writer = await sink.openWriter('overwrite');
    await expect(writer.write([a, b, a], signal)).rejects.toMatchObject({ code: 'SINK_REFUSED' });
    await expect(writer.write(makeItems('P', 26), signal)).rejects.toMatchObject({ code: 'SINK_REFUSED' });
    const first = writer.write([a], signal);
    await expect(writer.write([b, a], signal)).rejects.toThrow(/under way/);
    await first;
    expect((await writer.write([a], signal)).written).toBe(1);
  });
});

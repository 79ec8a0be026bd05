import { describe, expect, it } from 'vitest';
import { parsePercent, rowsPerSampledChunk, sampleChunks } from '../../../src/operations/sample-chunks.js';
import type { Chunk } from '../../../src/source/source.js';

async function* chunks(count: number): AsyncGenerator<Chunk> {
  for (let at = 0; at < count; at += 1) yield { entity: 'Order', id: `Order/${at}`, range: {} };
}

async function drawn(count: number, percent: number, seed = 1, entity = 'Order') {
  const { chosen, of } = await sampleChunks(chunks(count), { entity }, { percent, seed });
  return { places: chosen.map(({ id }) => Number(id.split('/')[1])), of };
}

describe('a sample of chunks', () => {
  it('is of the size that was asked for, in the order of the keys, each chunk once', async () => {
    const { places, of } = await drawn(5_000, 2);
    expect(of).toBe(5_000);
    expect(places).toHaveLength(100);
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    expect(places.at(-1)).toBe(4_999);
  });

  it('is from all over the keys', async () => {
    const { places } = await drawn(10_000, 10);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const here = places.filter((place) => Math.floor(place / 1_000) === tenth).length;
      expect(here).toBeGreaterThan(60);
      expect(here).toBeLessThan(140);
    }
  });

  it('is the same with the same seed, another with another, and another of another entity', async () => {
    const first = await drawn(1_000, 5);
    expect(await drawn(1_000, 5)).toEqual(first);
    expect(await drawn(1_000, 5, 2)).not.toEqual(first);
    expect(await drawn(1_000, 5, 1, 'Customer')).not.toEqual(first);
  });

  it('has thirty chunks at least, and all where there are not so many', async () => {
    expect((await drawn(100, 1)).places).toHaveLength(30);
    expect((await drawn(20, 1)).places).toHaveLength(20);
    expect((await drawn(0, 1)).places).toEqual([]);
  });

  it('has chunks so small that some hundreds are read', () => {
    const sample = { percent: 1, seed: 1 };
    expect(rowsPerSampledChunk(10_000_000, sample, 10_000)).toBe(500);
    expect(rowsPerSampledChunk(1_000, sample, 10_000)).toBe(10);
    expect(rowsPerSampledChunk(10e9, sample, 10_000)).toBe(10_000);
  });
});

describe('--sample', () => {
  it('takes a percentage', () => {
    expect(['1%', '0.5 %', '100%'].map(parsePercent)).toEqual([1, 0.5, 100]);
  });

  it.each(['1', '0%', '101%', '-1%', 'some'])('%j is none', (text) => {
    expect(() => parsePercent(text)).toThrow(expect.objectContaining({ code: 'USAGE_VALUE' }));
  });
});

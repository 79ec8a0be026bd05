import type { Chunk } from '../../../../src/source/source.js';
import { type Counts, NO_COUNTS, type RejectLine, type RunHeader } from '../../../../src/state/state.js';

export const RUN = 'shop';

export function makeHeader(): RunHeader {
  return {
    format: 1,
    runId: `run of ${process.pid}`,
    operation: 'migrate',
    mappingDigest: 'mapping',
    schemaDigest: 'schema',
    source: 'memory',
    sink: 'memory',
    entities: ['Order'],
    options: {},
    startedAt: '2026-01-02T03:04:05.678Z',
    snapshots: [],
  };
}

export function makeChunk(number: number): Chunk {
  return { entity: 'Order', id: `Order/${number}`, range: { after: [String(number * 100)] } };
}

/** Every third chunk has two. */
export function rejectsOf(chunk: Chunk): readonly RejectLine[] {
  if (numberOf(chunk.id) % 3 !== 0) return [];
  return [1, 2].map((key) => ({
    chunk: chunk.id,
    entity: chunk.entity,
    copy: 'main',
    origin: { table: 'orders', key: [`${numberOf(chunk.id)}-${key}`] },
    key: null,
    code: 'KEY_NULL',
    reason: 'column "region" is NULL',
  }));
}

export function settledCounts(chunk: Chunk): Counts {
  return { ...NO_COUNTS, rows: 100, written: 100, rejects: rejectsOf(chunk).length };
}

export function numberOf(id: string): number {
  return Number(id.slice(id.indexOf('/') + 1));
}

import type { DiffReport } from '../../../src/operations/diff-report.js';
import { costOf } from '../../../src/operations/plan-cost.js';
import type { CopyPlan, PlanReport } from '../../../src/operations/plan-report.js';
import type { PatternVerdict, VerifyReport } from '../../../src/operations/verify/verify-report.js';
import { foreseeLoad } from '../../../src/table/capacity/foresee-load.js';

/** What would end a script, load a picture, or run, were it not text. */
export const HOSTILE = `</script><img src=x onerror="stolen=1"><script>stolen=2</script>'"&\u2028<!--`;

function copy(name: string, items: number): CopyPlan {
  return {
    copy: name,
    items,
    bytes: { min: 40, mean: 100, median: 90, p99: 300, max: 400 },
    sizes: [
      { from: 64, to: 77, items: items - 1 },
      { from: 363, to: 431, items: 1 },
    ],
    totalBytes: items * 100,
    writeUnits: { table: items, indexes: { [HOSTILE]: items } },
    storageBytes: { table: items * 200, indexes: {} },
    indexItems: { [HOSTILE]: items },
    rejects: [{ code: 'KEY_NULL', count: 2, example: HOSTILE }],
    samples: [],
  };
}

/** A report in which every text that comes from data is hostile. */
export function hostilePlan(): PlanReport {
  const spread = { median: 1, p99: 5, max: 20 };
  const parts = [{ index: null, writeUnits: 1_207, hottestUnits: 20 }];
  return {
    source: HOSTILE,
    table: HOSTILE,
    entities: [
      { entity: HOSTILE, rows: 1_200, dangling: 0, skipped: 0, copies: [copy('main', 1_200), copy('by', 7)] },
    ],
    partitions: [
      {
        index: null,
        items: 1_207,
        bytes: 120_700,
        writeUnits: 1_207,
        partitions: 300,
        exact: true,
        each: { items: spread, bytes: spread, writeUnits: spread },
        hottest: [
          { partition: HOSTILE, items: 20, bytes: 2_000, writeUnits: 20, share: 0.016, missedUnits: 0 },
        ],
      },
    ],
    sampledPartitions: [
      {
        partition: HOSTILE,
        items: [
          {
            sort: HOSTILE,
            entity: HOSTILE,
            copy: HOSTILE,
            bytes: 100,
            attributes: { [HOSTILE]: { L: [{ S: HOSTILE }, { N: '1' }] } },
          },
        ],
        more: 3,
      },
    ],
    biggest: [{ entity: HOSTILE, copy: 'main', key: { pk: { S: HOSTILE } }, bytes: 400, source: HOSTILE }],
    unprovedCopies: [HOSTILE],
    collisions: null,
    measures: null,
    cost: costOf({ parts, storageBytes: 1e9, importBytes: 1e9 }, { region: 'us-east-1' }),
    preflight: foreseeLoad(
      { parts, storageBytes: 0, importBytes: 0 },
      { table: HOSTILE, region: HOSTILE, set: null, quota: 40_000 },
    ),
    totals: {
      rows: 1_200,
      items: 1_207,
      bytes: 120_700,
      writeUnits: 1_207,
      storageBytes: 240_000,
      importBytes: 300_000,
      rejects: 4,
    },
    sample: null,
    consistent: true,
    snapshots: [],
    durationMs: 1_000,
  };
}

export function diffReport(): DiffReport {
  return {
    source: HOSTILE,
    table: HOSTILE,
    entities: [
      {
        entity: HOSTILE,
        rows: 10,
        orphans: 1,
        copies: [
          {
            copy: 'main',
            expected: 10,
            same: 8,
            missing: 1,
            different: 1,
            stale: 0,
            expired: 0,
            changed: 0,
          },
        ],
      },
    ],
    totals: {
      expected: 10,
      same: 8,
      missing: 1,
      different: 1,
      stale: 0,
      orphans: 1,
      expired: 2,
      changed: 0,
      rejects: 0,
    },
    foreign: 4,
    otherEntities: 0,
    extraAttributes: { [HOSTILE]: 3 },
    collisions: null,
    sample: null,
    repair: null,
    samples: [],
    rows: 10,
    items: 12,
    readUnits: 1,
    consistent: true,
    snapshots: [],
    durationMs: 10,
  };
}

const UNASKED: PatternVerdict = {
  pattern: 'unasked',
  verdict: 'not verified',
  why: 'no sql to compare with',
  sets: 0,
  differing: 0,
  rows: 0,
  expired: 0,
  cut: 0,
  compared: [],
  ignored: [],
  differences: [],
};

/** A pattern of each verdict; what differs holds hostile text. */
export function verifyReport(): VerifyReport {
  return {
    source: HOSTILE,
    table: HOSTILE,
    equal: false,
    patterns: [
      UNASKED,
      { ...UNASKED, pattern: 'same', verdict: 'equal', why: null, sets: 20, rows: 90, compared: ['id'] },
      { ...UNASKED, pattern: 'broken', verdict: 'failed', why: HOSTILE },
      {
        ...{
          pattern: 'other',
          verdict: 'different',
          why: null,
          sets: 20,
          differing: 7,
          rows: 90,
          expired: 3,
          cut: 1,
        },
        compared: ['total'],
        ignored: [HOSTILE],
        differences: [
          { parameters: { id: HOSTILE }, kind: 'missing', row: 'orders#7', attributes: [] },
          {
            ...{ parameters: { id: '1' }, kind: 'different', row: HOSTILE },
            attributes: [{ name: HOSTILE, expected: { S: HOSTILE }, found: null }],
          },
        ],
      },
    ],
    items: null,
    durationMs: 1_000,
  };
}

/** As the mapping has them. */
export const ASKED = {
  same: {
    query: 'table',
    pk: 'CUSTOMER#{id}',
    sk: 'PROFILE',
    sql: 'select id from customers where id = {id}',
  },
  other: { query: 'gsi1', pk: HOSTILE, sk: { between: ['A', 'B'] }, sql: HOSTILE },
  unasked: { query: 'table', pk: 'X' },
};

import { z } from 'zod';
import { HAZARDS, type Hazard } from '../../src/mapping/hazards.js';
import type { Problem } from '../../src/mapping/problem.js';
import { PROBLEM_CODES, type ProblemCode } from '../../src/mapping/problem-codes.js';
import type { BackfillPlan, BackfillReport } from '../../src/operations/backfill/backfill-report.js';
import type { IndexDropReport } from '../../src/operations/backfill/index-life.js';
import type { CapacityReport } from '../../src/operations/capacity.js';
import type { CheckReport } from '../../src/operations/check.js';
import type { ControlReport } from '../../src/operations/control.js';
import type { DiffReport } from '../../src/operations/diff-report.js';
import type { InitReport } from '../../src/operations/init.js';
import type { MigrateReport } from '../../src/operations/migrate-report.js';
import type { PlanReport } from '../../src/operations/plan-report.js';
import type { StatementsReport } from '../../src/operations/plan-statements.js';
import type { PruneCopiesReport, PruneReport, UndoReport } from '../../src/operations/prune/prune-report.js';
import type { QueryReport } from '../../src/operations/query.js';
import type { ShowReport } from '../../src/operations/show.js';
import type { PartitionReport } from '../../src/operations/show-partition.js';
import type { StatusReport } from '../../src/operations/status.js';
import type {
  EmittedTable,
  TableCreateReport,
  TableDeleteReport,
  TableShowReport,
} from '../../src/operations/table.js';
import type { TestReport } from '../../src/operations/test-mapping.js';
import type { VerifyReport } from '../../src/operations/verify/verify-report.js';

/**
 * What `--json` prints, command by command. surface/results holds the JSON Schemas that these make, for
 * whoever reads the output by machine; the types at the end tie them to the reports.
 */
const text = z.string();
const whole = z.int().min(0);
const moment = z.iso.datetime();
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const problem = z.strictObject({
  severity: z.enum(['error', 'warning']),
  code: z.enum(Object.keys(PROBLEM_CODES) as [ProblemCode, ...ProblemCode[]]),
  message: text,
  fix: text.nullable(),
  path: z.array(z.union([text, whole])),
  place: z
    .strictObject({ file: text, line: z.int().min(1), column: z.int().min(1), excerpt: text })
    .nullable(),
});

const hazard = z.enum(Object.keys(HAZARDS) as [Hazard, ...Hazard[]]);
const risk = {
  entity: text,
  target: text,
  table: text,
  column: text,
  type: text,
  hazards: z.array(hazard),
  canHold: z.array(text),
  policies: z.array(text),
};

const check = z.strictObject({
  mapping: text,
  source: text,
  digest,
  errors: whole,
  warnings: whole,
  ignored: whole,
  problems: z.array(problem),
  risks: z.array(z.strictObject(risk)),
  entities: z.array(
    z.strictObject({
      entity: text,
      table: text,
      estimatedRows: whole.nullable(),
      copies: z.array(text),
    }),
  ),
});

/** `{ "N": "1" }`; lists and maps hold values again. */
const wireItem = z.record(text, z.record(text, z.unknown()));

const collidingItem = z.strictObject({ entity: text, copy: text, source: text });

const collisions = z.strictObject({
  copies: z.array(text),
  rows: whole,
  keys: whole,
  collidingKeys: whole,
  rejected: whole,
  leftOut: whole,
  durationMs: whole,
  examples: z.array(
    z.strictObject({
      key: text,
      items: whole,
      sources: z.array(collidingItem),
      winner: collidingItem.nullable(),
      exact: z.boolean(),
    }),
  ),
  file: text.nullable(),
});

const init = z.strictObject({
  mapping: text,
  source: text,
  table: text,
  entities: z.array(
    z.strictObject({
      entity: text,
      table: text,
      role: z.enum(['strong', 'lookup', 'weak', 'extension', 'link']),
      rows: whole.nullable(),
      copies: z.array(text),
      askedBy: z.array(z.array(text)),
    }),
  ),
  leftOut: z.array(z.strictObject({ table: text, why: text })),
  accessPatterns: whole,
  measured: z.boolean(),
  queries: z.strictObject({
    from: text,
    drafted: whole,
    listed: z.array(z.strictObject({ sql: text, calls: whole, totalMs: z.number().min(0), why: text })),
    unread: whole,
    unreadable: z.strictObject({ why: text, hint: text }).nullable(),
  }),
  errors: whole,
  warnings: whole,
  problems: z.array(problem),
  risks: z.array(z.strictObject(risk)),
});

const inTableAndIndexes = z.strictObject({ table: whole, indexes: z.record(text, whole) });
const partitionSpread = z.strictObject({ median: whole, p99: whole, max: whole });

const estimate = z.strictObject({ value: whole, low: whole, high: whole });
function planTotals<One extends z.ZodType>(one: One) {
  return {
    rows: one,
    items: one,
    bytes: one,
    writeUnits: one,
    storageBytes: one,
    importBytes: one,
    rejects: one,
  };
}

const amount = z.number().min(0).nullable();
const cost = z.strictObject({
  region: text.nullable(),
  prices: z.strictObject({ currency: text, asOf: text, page: text }).nullable(),
  storageMonth: amount,
  ways: z.array(
    z.strictObject({
      writer: z.enum(['BatchWriteItem', 'S3 import']),
      capacity: text.nullable(),
      unitsPerSecond: whole.nullable(),
      seconds: amount,
      heldBy: z.strictObject({ index: text.nullable(), what: z.enum(['capacity', 'partition']) }).nullable(),
      cost: amount,
    }),
  ),
});

const part = text.nullable(); // null: the table itself
const preflight = z.strictObject({
  table: text,
  region: text,
  quota: whole.nullable(),
  mode: z.enum(['on-demand', 'provisioned']).nullable(),
  parts: z.array(
    z.strictObject({
      index: part,
      unitsPerSecond: whole.nullable(),
      origin: z.enum(['provisioned', 'warm throughput', 'on-demand maximum', 'on-demand default']).nullable(),
      writeUnits: whole,
      seconds: amount,
    }),
  ),
  seconds: z.number().min(0),
  findings: z.array(
    z.strictObject({
      kind: z.enum(['no table', 'no index', 'slow index', 'hot key', 'quota', 'slow']),
      index: part,
      message: text,
      next: text,
    }),
  ),
});

const snapshots = z.array(
  z.strictObject({
    at: moment,
    why: z.enum(['begun', 'resumed', 'lost', 'aged']),
    position: text.nullable(),
    consistent: z.boolean(),
    readers: whole,
    readersReason: z.strictObject({ why: text, hint: text }).exactOptional(),
    chunksReadAgain: z.array(text),
  }),
);

const plan = z.strictObject({
  source: text,
  table: text,
  entities: z.array(
    z.strictObject({
      entity: text,
      rows: whole,
      dangling: whole,
      skipped: whole,
      copies: z.array(
        z.strictObject({
          copy: text,
          items: whole,
          bytes: z
            .strictObject({ min: whole, mean: whole, median: whole, p99: whole, max: whole })
            .nullable(),
          sizes: z.array(z.strictObject({ from: whole, to: whole, items: whole })),
          totalBytes: whole,
          writeUnits: inTableAndIndexes,
          storageBytes: inTableAndIndexes,
          indexItems: z.record(text, whole),
          rejects: z.array(z.strictObject({ code: text, count: whole, example: text })),
          samples: z.array(wireItem),
        }),
      ),
    }),
  ),
  partitions: z.array(
    z.strictObject({
      index: text.nullable(),
      items: whole,
      bytes: whole,
      writeUnits: whole,
      partitions: whole,
      exact: z.boolean(),
      each: z
        .strictObject({ items: partitionSpread, bytes: partitionSpread, writeUnits: partitionSpread })
        .nullable(),
      hottest: z.array(
        z.strictObject({
          partition: text,
          items: whole,
          bytes: whole,
          writeUnits: whole,
          share: z.number().min(0).max(1),
          missedUnits: whole,
        }),
      ),
    }),
  ),
  sampledPartitions: z.array(
    z.strictObject({
      partition: text,
      items: z.array(
        z.strictObject({ sort: text, entity: text, copy: text, bytes: whole, attributes: wireItem }),
      ),
      more: whole,
    }),
  ),
  biggest: z.array(z.strictObject({ entity: text, copy: text, key: wireItem, bytes: whole, source: text })),
  unprovedCopies: z.array(text),
  collisions: collisions.nullable(),
  measures: z
    .array(
      z.strictObject({
        ...risk,
        rows: whole.nullable(),
        found: z.partialRecord(hazard, whole),
        extremes: z.strictObject({
          longest: whole.nullable(),
          digits: whole.nullable(),
          earliest: text.nullable(),
          latest: text.nullable(),
        }),
        verdict: z.enum(['fits', 'rejects', 'severalKeys', 'notMeasured']),
      }),
    )
    .nullable(),
  cost,
  preflight: preflight.nullable(),
  totals: z.strictObject(planTotals(whole)),
  sample: z
    .strictObject({
      percent: z.number(),
      seed: whole,
      entities: z.array(
        z.strictObject({
          entity: text,
          chunksRead: whole,
          chunks: whole,
          totals: z.strictObject(planTotals(estimate)),
        }),
      ),
      totals: z.strictObject(planTotals(estimate)),
    })
    .nullable(),
  consistent: z.boolean(),
  snapshots,
  durationMs: whole,
});

const statements = z.array(
  z.strictObject({
    purpose: z.enum(['connection', 'snapshot', 'lock', 'check', 'chunks', 'rows', 'children', 'measure']),
    sent: text,
    sql: text,
    values: z.array(text),
  }),
);

const planSql = z.strictObject({
  source: text,
  run: statements,
  entities: z.array(z.strictObject({ entity: text, statements })),
  collisions: z.array(z.strictObject({ entity: text, copies: z.array(text), statements })),
  measures: z.array(z.strictObject({ table: text, statements })),
});

const counts = {
  rows: whole,
  written: whole,
  skipped: whole,
  held: whole,
  rejects: whole,
  dangling: whole,
  bytes: whole,
  units: z.number().min(0),
};

const refusedItems = z.array(z.strictObject({ key: wireItem, reason: text }));
const deletion = {
  mode: z.enum(['dry', 'pruned']),
  orphans: whole,
  deletable: whole,
  gone: whole,
  changed: whole,
  deleted: whole,
  held: whole,
  refused: refusedItems,
  maxDeletes: whole,
  items: whole,
  pointInTimeRecovery: z.enum(['on', 'off', 'unknown']),
  undo: text.nullable(),
  writeUnits: z.number().min(0),
  samples: z.array(wireItem),
};

const migrate = z.strictObject({
  runId: z.uuid(),
  run: text,
  source: text,
  sink: text,
  entities: z.array(z.strictObject({ entity: text, chunks: whole, ...counts })),
  totals: z.strictObject(counts),
  consistent: z.boolean(),
  snapshots,
  resumes: whole,
  chunksReadAgain: z.array(text),
  collisions: collisions.nullable(),
  catchUp: z
    .strictObject({
      since: z
        .strictObject({
          column: text,
          value: text,
          from: z.record(text, text),
          next: text.nullable(),
          unindexed: z.array(text),
        })
        .nullable(),
      keys: z.strictObject({ entity: text, given: whole, missing: z.array(text) }).nullable(),
      unwatched: z.array(text),
      movable: z.array(text),
      oldKeys: z
        .strictObject({
          ...deletion,
          table: text,
          index: text.nullable(),
          differences: text.nullable(),
          rows: whole,
          readUnits: z.number().min(0).nullable(),
        })
        .nullable(),
    })
    .nullable(),
  rejectLog: text.nullable(),
  durationMs: whole,
  throttledRequests: whole,
  throttles: z.array(z.strictObject({ reason: text, index: text.nullable(), requests: whole })),
  onlyChanged: z.strictObject({ unchanged: whole, savedWriteUnits: whole, readUnits: whole }).nullable(),
  hotKeys: whole,
  retriedItems: whole,
  pausedMs: whole,
  sourceReadUnits: z.number().min(0).nullable(),
  threads: whole,
});

/** `maxWriteUnits`: units a second, a share, `unlimited`; null: as the run began. */
const asked = { paused: z.boolean(), maxWriteUnits: text.nullable() };

const control = z.strictObject({ run: text, ...asked, heeded: z.boolean() });

const status = z.strictObject({
  state: text,
  runs: z.array(
    z.strictObject({
      run: text,
      runId: z.uuid(),
      operation: text,
      phase: z.enum(['finished', 'running', 'interrupted']),
      holder: text.nullable(),
      source: text,
      sink: text,
      startedAt: moment,
      finishedAt: moment.nullable(),
      resumes: whole,
      consistent: z.boolean(),
      snapshots,
      entities: z.array(
        z.strictObject({
          entity: text,
          chunksDone: whole,
          chunksOpen: whole,
          plannedAll: z.boolean(),
          ...counts,
        }),
      ),
      totals: z.strictObject(counts),
      scan: z.strictObject({ items: whole, segments: whole, segmentsDone: whole }).nullable(),
      control: z.strictObject(asked).nullable(),
      rejectLog: text.nullable(),
    }),
  ),
  raised: z.array(z.strictObject({ table: text, before: text, raised: text, at: moment })),
});

const rangeEnd = z.strictObject({ value: text, included: z.boolean() });
const keyAttribute = { name: text, type: z.enum(['S', 'N', 'B']) };
const keyCondition = z.union([
  z.strictObject({ ...keyAttribute, kind: z.literal('equals'), value: text }),
  z.strictObject({ ...keyAttribute, kind: z.literal('beginsWith'), value: text }),
  z.strictObject({
    ...keyAttribute,
    kind: z.literal('range'),
    from: rangeEnd.nullable(),
    to: rangeEnd.nullable(),
  }),
]);

/** Items as DynamoDB JSON: a number is its exact text. */
const found = {
  items: z.array(
    z.strictObject({
      entity: text.nullable(),
      copy: text.nullable(),
      key: z.record(text, text),
      item: wireItem,
      trouble: text.nullable(),
    }),
  ),
  readUnits: z.number().min(0).nullable(),
  requests: whole,
  nextPageToken: text.nullable(),
};

const query = z.strictObject({
  pattern: text,
  table: text,
  index: text.nullable(),
  consistent: z.boolean(),
  parameters: z.record(text, text),
  targets: z.array(
    z.strictObject({
      partition: z.array(z.strictObject({ ...keyAttribute, value: text })),
      sort: z.array(keyCondition),
    }),
  ),
  ...found,
});

const showPartition = z.strictObject({ table: text, partition: text, ...found });

const show = z.strictObject({
  source: text,
  table: text,
  rows: whole,
  skipped: whole,
  partitions: z.array(
    z.strictObject({
      partition: text,
      items: z.array(
        z.strictObject({
          entity: text,
          copy: text,
          row: text,
          key: z.record(text, text),
          bytes: whole,
          writeUnits: z.strictObject({ table: whole, indexes: z.record(text, whole) }),
          item: wireItem,
        }),
      ),
    }),
  ),
  rejects: z.array(z.strictObject({ row: text, copy: text, code: text, reason: text })),
  totals: z.strictObject({ items: whole, bytes: whole, writeUnits: whole }),
});

const keys = z.array(z.strictObject({ name: text, type: z.enum(['S', 'N', 'B']) }));

const copyName = { entity: text, copy: text };
const newCopy = { ...copyName, kind: z.literal('new'), replaces: z.strictObject(copyName).nullable() };
const changedCopy = {
  ...copyName,
  kind: z.literal('changed'),
  from: z.strictObject(copyName),
  added: z.array(text),
  changed: z.array(text),
  removed: z.array(text),
  otherRows: z.boolean(),
};
const changes = z.strictObject({
  copies: z.array(
    z.union([
      z.strictObject({ ...copyName, kind: z.literal('same') }),
      z.strictObject(newCopy),
      z.strictObject(changedCopy),
    ]),
  ),
  obsolete: z.array(z.strictObject(copyName)),
  indexes: z.strictObject({ added: z.array(text), removed: z.array(text), changed: z.array(text) }),
  keys: z.array(text),
});

const unindexed = z
  .array(z.strictObject({ index: text, items: whole, examples: z.array(wireItem) }))
  .nullable();

const backfill = migrate.extend({
  changes,
  unindexed,
  indexes: z.strictObject({ created: z.array(text), obsolete: z.array(text) }),
});

const copyBackfill = {
  puts: whole,
  updates: whole,
  bytes: whole,
  writeUnits: z.strictObject({ table: whole, indexes: whole }),
  heldUnits: whole,
  rejects: z.array(z.strictObject({ code: text, count: whole, example: text })),
};
const backfillPlan = z.strictObject({
  source: text,
  table: text,
  rows: whole,
  copies: z.array(
    z.union([
      z.strictObject({ ...newCopy, ...copyBackfill }),
      z.strictObject({ ...changedCopy, ...copyBackfill }),
    ]),
  ),
  changes,
  builds: z.array(z.strictObject({ index: text, items: whole, writeUnits: whole })),
  obsolete: z.array(z.strictObject({ ...copyName, items: whole })),
  totals: z.strictObject({ puts: whole, updates: whole, writeUnits: whole, rejects: whole }),
  cost,
  unindexed,
  durationMs: whole,
});

const indexDrop = z.strictObject({ table: text, dropped: z.array(text), missing: z.array(text) });

const table = z.strictObject({
  name: text,
  status: text,
  partitionKey: keys,
  sortKey: keys,
  indexes: z.array(
    z.strictObject({
      name: text,
      kind: z.enum(['global', 'local']),
      status: text,
      partitionKey: keys,
      sortKey: keys,
      projection: z.union([
        z.strictObject({ kind: z.literal('all') }),
        z.strictObject({ kind: z.literal('keysOnly') }),
        z.strictObject({ kind: z.literal('include'), attributes: z.array(text) }),
      ]),
    }),
  ),
  items: whole,
  bytes: whole,
  billing: z.union([z.literal('on-demand'), z.strictObject({ read: whole, write: whole })]),
  stream: text.nullable(),
  replicas: z.array(text),
  tableClass: z.enum(['standard', 'infrequent-access']),
  deletionProtection: z.boolean(),
  kmsKey: text.nullable(),
  arn: text.nullable(),
  timeToLive: z.union([
    z.strictObject({ kind: z.literal('enabled'), attribute: text }),
    z.strictObject({ kind: z.literal('disabled') }),
    z.strictObject({ kind: z.literal('unknown') }),
  ]),
  account: z
    .string()
    .regex(/^\d{12}$/)
    .nullable(),
  region: text,
});

const change = z.enum(['in place', 'new index', 'new table']);
const differences = z.array(z.strictObject({ what: text, expected: text, found: text, change }));
const tableShow = z.strictObject({ table, differences });
const tableCreate = z.strictObject({ created: z.boolean(), table, differences });
const tableEmit = z.strictObject({
  table: text,
  language: z.enum(['cloudformation', 'cdk', 'terraform']),
  text,
});
const units = z.strictObject({ read: z.number(), write: z.number() });
const capacity = z.strictObject({
  mode: z.enum(['on-demand', 'provisioned']),
  parts: z.array(
    z.strictObject({
      index: text.nullable(),
      provisioned: units.nullable(),
      maximum: units.nullable(),
      warm: units.nullable(),
      decreasesToday: whole,
    }),
  ),
  items: whole,
  switchedToOnDemandAt: text.nullable(),
});
const tableCapacity = z.strictObject({
  table: text,
  region: text,
  capacity,
  raised: z
    .strictObject({
      table: text,
      arn: text.nullable(),
      region: text,
      before: capacity,
      raised: capacity.nullable(),
      scaling: z.array(
        z.strictObject({
          resource: text,
          dimension: text,
          suspended: z.strictObject({
            DynamicScalingInSuspended: z.boolean().optional(),
            DynamicScalingOutSuspended: z.boolean().optional(),
            ScheduledScalingSuspended: z.boolean().optional(),
          }),
        }),
      ),
      by: z.enum(['run', 'hand']),
      at: moment,
    })
    .nullable(),
  done: z.enum(['shown', 'raised', 'restored', 'nothing', 'changed by others']),
});
const tableDelete = z.strictObject({
  table: text,
  account: text.nullable(),
  region: text,
  items: whole,
  bytes: whole,
});

const reject = z.strictObject({ entity: text, copy: text, source: text, code: text });

const test = z.strictObject({
  mapping: text,
  examples: text,
  rows: whole,
  items: whole,
  rejects: whole,
  whereIgnored: z.array(text),
  written: z.array(text),
  differences: z.array(
    z.union([
      z.strictObject({ kind: z.enum(['missing', 'unexpected']), key: text, item: wireItem }),
      z.strictObject({
        kind: z.literal('different'),
        key: text,
        attributes: z.array(
          z.strictObject({
            name: text,
            expected: z.record(text, z.unknown()).nullable(),
            found: z.record(text, z.unknown()).nullable(),
          }),
        ),
      }),
      z.strictObject({ kind: z.literal('collision'), key: text }),
      z.strictObject({ kind: z.enum(['missing-reject', 'unexpected-reject']), reject }),
    ]),
  ),
});

const attributeDifference = z.strictObject({
  name: text,
  expected: z.record(text, z.unknown()).nullable(),
  found: z.record(text, z.unknown()).nullable(),
});

const diff = z.strictObject({
  source: text,
  table: text,
  entities: z.array(
    z.strictObject({
      entity: text,
      rows: whole,
      orphans: whole,
      copies: z.array(
        z.strictObject({
          copy: text,
          expected: whole,
          same: whole,
          missing: whole,
          different: whole,
          stale: whole,
          expired: whole,
          changed: whole,
        }),
      ),
    }),
  ),
  totals: z.strictObject({
    expected: whole,
    same: whole,
    missing: whole,
    different: whole,
    stale: whole,
    orphans: whole,
    expired: whole,
    changed: whole,
    rejects: whole,
  }),
  foreign: whole,
  otherEntities: whole,
  extraAttributes: z.record(text, whole),
  sample: z
    .strictObject({
      seed: whole,
      size: whole,
      of: whole,
      differing: estimate,
      chances: z.array(z.strictObject({ differing: whole, missed: z.number() })),
    })
    .nullable(),
  collisions: collisions.nullable(),
  repair: z
    .strictObject({
      created: whole,
      updated: whole,
      changed: whole,
      refused: z.array(z.strictObject({ key: wireItem, source: text, reason: text })),
      writeUnits: z.number().min(0),
    })
    .nullable(),
  samples: z.array(
    z.strictObject({
      kind: z.enum(['missing', 'different', 'orphan']),
      entity: text,
      copy: text.nullable(),
      key: wireItem,
      source: text,
      attributes: z.array(attributeDifference),
      stale: z.boolean(),
      fingerprint: digest.nullable(),
    }),
  ),
  rows: whole,
  items: whole,
  readUnits: z.number().min(0).nullable(),
  consistent: z.boolean(),
  snapshots,
  durationMs: whole,
});

const verify = z.strictObject({
  source: text,
  table: text,
  equal: z.boolean(),
  patterns: z
    .array(
      z.strictObject({
        pattern: text,
        verdict: z.enum(['equal', 'different', 'failed', 'not verified']),
        why: text.nullable(),
        sets: whole,
        differing: whole,
        rows: whole,
        expired: whole,
        cut: whole,
        compared: z.array(text),
        ignored: z.array(text),
        differences: z.array(
          z.strictObject({
            parameters: z.record(text, text),
            kind: z.enum(['missing', 'extra', 'different', 'order']),
            row: text,
            attributes: z.array(attributeDifference),
          }),
        ),
      }),
    )
    .nullable(),
  items: diff.nullable(),
  durationMs: whole,
});

const prune = z.strictObject({
  ...deletion,
  source: text,
  table: text,
  differences: text,
  foundAt: moment,
  durationMs: whole,
});

const pruneCopies = z.strictObject({
  ...deletion,
  table: text,
  from: text,
  copies: z.array(z.strictObject({ entity: text, copy: text, items: whole })),
  rows: whole,
  incomplete: whole,
  durationMs: whole,
});

const pruneUndo = z.strictObject({
  mode: z.enum(['dry', 'undone']),
  table: text,
  undo: text,
  items: whole,
  restored: whole,
  taken: whole,
  refused: refusedItems,
  writeUnits: z.number().min(0),
  durationMs: whole,
});

/** Of every command, with the exit code that its area has. `problems` where the mapping has them. */
const error = z.strictObject({
  error: z.strictObject({
    name: text,
    code: z.string().regex(/^([A-Z]+_[A-Z_]+|BUG)$/),
    message: z.string().min(1),
    hint: text.nullable(),
    problems: z.array(problem).optional(),
  }),
});

export const RESULTS = {
  backfill,
  'backfill-dry-run': backfillPlan,
  'backfill-drop-indexes': indexDrop,
  check,
  control,
  diff,
  init,
  plan,
  'plan-sql': planSql,
  migrate,
  prune,
  'prune-from': pruneCopies,
  'prune-undo': pruneUndo,
  status,
  query,
  show,
  'show-partition': showPartition,
  'table-capacity': tableCapacity,
  'table-create': tableCreate,
  'table-create-emit': tableEmit,
  'table-delete': tableDelete,
  'table-show': tableShow,
  test,
  verify,
  error,
} as const;

/** The JSON Schema of a result, as it is committed. */
export function jsonSchemaOf(name: keyof typeof RESULTS): object {
  return z.toJSONSchema(RESULTS[name], {
    override: ({ jsonSchema }) => {
      // zod bounds every integer by what a double holds, and writes both a format's name and its pattern.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
}

type Frozen<T> = T extends object ? { readonly [Key in keyof T]: Frozen<T[Key]> } : T;
type Same<A, B> = [Frozen<A>] extends [Frozen<B>] ? ([Frozen<B>] extends [Frozen<A>] ? true : false) : false;

/** A report with a field that its schema does not know, or the other way round, does not compile. */
export const SAME: {
  readonly backfill: Same<z.infer<typeof backfill>, BackfillReport>;
  readonly backfillPlan: Same<z.infer<typeof backfillPlan>, BackfillPlan>;
  readonly indexDrop: Same<z.infer<typeof indexDrop>, IndexDropReport>;
  readonly check: Same<z.infer<typeof check>, CheckReport>;
  readonly diff: Same<z.infer<typeof diff>, DiffReport>;
  readonly init: Same<z.infer<typeof init>, InitReport>;
  readonly plan: Same<z.infer<typeof plan>, PlanReport>;
  readonly planSql: Same<z.infer<typeof planSql>, StatementsReport>;
  readonly migrate: Same<z.infer<typeof migrate>, MigrateReport>;
  readonly control: Same<z.infer<typeof control>, ControlReport>;
  readonly prune: Same<z.infer<typeof prune>, PruneReport>;
  readonly pruneCopies: Same<z.infer<typeof pruneCopies>, PruneCopiesReport>;
  readonly pruneUndo: Same<z.infer<typeof pruneUndo>, UndoReport>;
  readonly status: Same<z.infer<typeof status>, StatusReport>;
  readonly verify: Same<z.infer<typeof verify>, VerifyReport>;
  readonly query: Same<z.infer<typeof query>, QueryReport>;
  readonly show: Same<z.infer<typeof show>, ShowReport>;
  readonly showPartition: Same<z.infer<typeof showPartition>, PartitionReport>;
  readonly tableShow: Same<z.infer<typeof tableShow>, TableShowReport>;
  readonly tableCapacity: Same<z.infer<typeof tableCapacity>, CapacityReport>;
  readonly tableCreate: Same<z.infer<typeof tableCreate>, TableCreateReport>;
  readonly tableEmit: Same<z.infer<typeof tableEmit>, EmittedTable>;
  readonly tableDelete: Same<z.infer<typeof tableDelete>, TableDeleteReport>;
  readonly test: Same<z.infer<typeof test>, TestReport>;
  readonly problem: Same<z.infer<typeof problem>, Problem>;
} = {
  backfill: true,
  backfillPlan: true,
  indexDrop: true,
  check: true,
  diff: true,
  init: true,
  plan: true,
  planSql: true,
  migrate: true,
  control: true,
  prune: true,
  pruneCopies: true,
  pruneUndo: true,
  status: true,
  verify: true,
  query: true,
  show: true,
  showPartition: true,
  tableShow: true,
  tableCapacity: true,
  tableCreate: true,
  tableEmit: true,
  tableDelete: true,
  test: true,
  problem: true,
};

import { Flags } from '@oclif/core';
import { parseThreads } from '../operations/chunk-runner.js';
import { UNLIMITED } from '../operations/control.js';
import { MIGRATE_DEFAULTS } from '../operations/migrate.js';

import { parseWriteLimit, type WriteLimit } from '../operations/write-limit.js';
import { LOG_LEVELS } from '../support/log.js';
import { type CapacityGoal, parseCapacityGoal } from '../table/capacity/capacity-goal.js';
import { parseAmount } from './amount.js';
import { durationFlag } from './duration.js';

const threadsFlag = Flags.custom<number | 'auto'>({
  helpValue: 'N|auto',
  parse: async (text) => parseThreads(text),
});

const writeLimitFlag = Flags.custom<WriteLimit>({
  helpValue: 'UNITS/S|N%',
  parse: async (text) => parseWriteLimit(text),
});

/** Checked here, resolved by the run that is asked. */
export const newLimitFlag = Flags.custom<string>({
  helpValue: `UNITS/S|N%|${UNLIMITED}`,
  parse: async (text) => {
    if (text !== UNLIMITED) parseWriteLimit(text);
    return text;
  },
});

export const capacityFlag = Flags.custom<CapacityGoal>({
  helpValue: 'GOAL',
  parse: async (text) => parseCapacityGoal(text),
});

/** Every flag of the command line, each defined once. Units stand in the help text. */

export const outputFlags = {
  json: Flags.boolean({ description: 'Print the result as one JSON object on stdout.', helpGroup: 'OUTPUT' }),
  'log-level': Flags.option({
    options: LOG_LEVELS,
    description: 'Least severe log lines to write to stderr. Default: warn on a terminal, else info.',
    helpGroup: 'OUTPUT',
  })(),
  quiet: Flags.boolean({
    description: 'No progress and no hints on stderr; errors stay.',
    helpGroup: 'OUTPUT',
  }),
};

export const mappingFlag = {
  mapping: Flags.string({
    char: 'm',
    env: 'TABLEFOLD_MAPPING',
    helpValue: 'FILE',
    required: true,
    description: 'The mapping: .yaml, .yml or .json; .ts, .mts, .cts, .js, .mjs or .cjs.',
  }),
};

const awsFlags = {
  region: Flags.string({ description: 'AWS region; default as the AWS CLI finds it.', helpGroup: 'AWS' }),
  profile: Flags.string({ description: 'Profile of the AWS configuration files.', helpGroup: 'AWS' }),
};

export const sourceFlag = {
  source: Flags.string({
    env: 'SOURCE_URL',
    helpValue: 'URL',
    description:
      'Database to read: postgres://user@host:5432/database, or mysql://. Keep passwords in SOURCE_URL, not in arguments.',
  }),
  'source-secret': Flags.string({
    env: 'SOURCE_SECRET',
    helpValue: 'ARN',
    description:
      'Secrets Manager secret that holds the password, and what else of the login the URL leaves out.',
  }),
  ...awsFlags,
};

export const strictFlag = {
  strict: Flags.boolean({ description: 'Exit 6 also when there are only warnings.' }),
};

/** Of commands that read rows. */
export const readFlags = {
  ...sourceFlag,
  'source-concurrency': Flags.integer({
    default: MIGRATE_DEFAULTS.sourceConcurrency,
    min: 1,
    max: 64,
    description: 'Chunks read at once, each on a connection of its own.',
    helpGroup: 'SOURCE',
  }),
  'statement-timeout': durationFlag({
    description: 'The longest that the source may work on one statement. Default: no limit.',
    helpGroup: 'SOURCE',
  }),
};

/** Of commands whose rows should be of one moment, however long they take. */
export const snapshotFlags = {
  consistency: Flags.option({
    options: ['snapshot', 'chunk'] as const,
    default: 'snapshot',
    description:
      'One moment for all rows, held by a transaction as long as the run; or each chunk a short transaction of its own.',
    helpGroup: 'SOURCE',
  })(),
  'max-snapshot-age': durationFlag({
    description:
      'Give the snapshot up for a new one when it is older, so that vacuum and undo are not held back for ever; the result is not one moment then.',
    helpGroup: 'SOURCE',
  }),
  'source-patience': durationFlag({
    default: MIGRATE_DEFAULTS.sourcePatienceMs,
    defaultHelp: async () => '10m',
    description: 'How long the source may be away in the middle of the run (a restart, a failover).',
    helpGroup: 'SOURCE',
  }),
  'max-lag': durationFlag({
    description:
      'Asked every 5 seconds: reading pauses while the replica that is read, or the furthest replica of the primary that is read, is more than this behind, or while replication has stopped.',
    helpGroup: 'SOURCE',
  }),
  'throttle-query': Flags.string({
    helpValue: 'SQL',
    description:
      'Asked every 5 seconds: reading pauses while the first value of its answer is true (a lag, a load, a switch of your own).',
    helpGroup: 'SOURCE',
  }),
};

export const tableFlags = {
  table: Flags.string({
    char: 't',
    helpValue: 'NAME',
    description: "DynamoDB table; overrides the mapping's table.name.",
  }),
  ...awsFlags,
  'endpoint-url': Flags.string({
    helpValue: 'URL',
    description: 'Another DynamoDB endpoint, such as DynamoDB Local.',
    helpGroup: 'AWS',
  }),
};

export const selectionFlags = {
  entity: Flags.string({
    char: 'e',
    multiple: true,
    helpValue: 'NAME',
    description: 'Only this entity; repeat for more.',
  }),
  limit: Flags.integer({
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    helpValue: 'ROWS',
    description: 'A canary: only the first ROWS rows of each entity.',
  }),
  'where-key': Flags.string({
    multiple: true,
    helpValue: 'COLUMN=VALUE,…',
    description: 'A canary: only this row, by its primary key; repeat for more. Needs one --entity.',
  }),
};

export const pageTokenFlag = {
  'page-token': Flags.string({
    helpValue: 'TOKEN',
    description: 'Go on behind the last item of a former result, which printed the token.',
  }),
};

export const stateFlag = {
  state: Flags.string({
    default: '.tablefold',
    env: 'TABLEFOLD_STATE',
    helpValue: 'DIR',
    description: 'Folder of the checkpoints and reject logs.',
  }),
};

/** Of commands that reckon with money. */
export const costFlags = {
  'max-cost': Flags.custom<number>({
    helpValue: 'AMOUNT',
    parse: async (text) => parseAmount(text),
  })({
    description:
      'Refuse (exit 3) when the load costs more, in the currency of the prices: US dollars, unless --prices says otherwise.',
    helpGroup: 'COST',
  }),
  prices: Flags.string({
    helpValue: 'FILE|aws',
    description:
      'Prices for regions or days other than those that come along (us-east-1): a file of JSON (docs/plan.md), or what AWS asks for today (pricing:GetProducts).',
    helpGroup: 'COST',
  }),
};

export const runFlags = {
  resume: Flags.boolean({
    exclusive: ['restart'],
    description: 'Go on with the run whose checkpoint is there.',
  }),
  restart: Flags.boolean({
    exclusive: ['resume'],
    description: 'Forget the checkpoint that is there and begin again.',
  }),
  existing: Flags.option({
    options: ['overwrite', 'insert-only', 'only-changed'] as const,
    description:
      'What to do with items that are there already; without it, a table that holds items of these entities is refused.',
  })(),
  'chunk-size': Flags.integer({
    default: MIGRATE_DEFAULTS.chunkSize,
    min: 1,
    max: 1_000_000,
    helpValue: 'ROWS',
    description: 'Rows of a chunk: what a kill costs, and the unit of reading and checkpoint.',
  }),
  concurrency: Flags.integer({
    char: 'c',
    default: MIGRATE_DEFAULTS.concurrency,
    min: 1,
    max: 1024,
    description: 'Write requests under way at once.',
  }),
  'max-write-units': writeLimitFlag({
    description:
      'Write units a second to stay below, table and indexes together, or a share of what they take (80%). Default: what the table takes.',
  }),
  threads: threadsFlag({
    default: 1,
    defaultHelp: async () => '1',
    description:
      'Threads that read, map and write chunks, each with connections of its own; auto: one a core where there are rows enough.',
  }),
  capacity: capacityFlag({
    default: { kind: 'as-is' },
    defaultHelp: async () => 'as-is',
    description:
      'What table and indexes take while the run lasts: provisioned:20000 (write units a second, or provisioned:20000/500 with reads) is taken back at the end, after a failure and after Ctrl-C; warm:20000 cannot be.',
  }),
  'max-rejects': Flags.integer({
    min: 0,
    helpValue: 'ITEMS',
    description: 'End the run when more items than this are rejected.',
  }),
  patience: Flags.integer({
    default: 600,
    min: 1,
    helpValue: 'SECONDS',
    description: 'Give up after this long without one acknowledged item.',
  }),
  yes: Flags.boolean({ description: 'Do not ask before the first write to a table in AWS.' }),
};

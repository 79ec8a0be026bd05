import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadedMapping } from '../../../src/mapping/load-mapping.js';
import type { CopyMapping, Mapping } from '../../../src/mapping/mapping.js';
import { type MigrateOptions, migrate } from '../../../src/operations/migrate.js';
import { plan } from '../../../src/operations/plan.js';
import { memorySink } from '../../../src/sink/memory/memory-sink.js';
import { memorySource } from '../../../src/source/memory/source.js';
import type { Row } from '../../../src/source/source.js';
import type { Column, ColumnType, SourceSchema } from '../../../src/source/source-schema.js';
import { fileState } from '../../../src/state/file/file-state.js';
import { collect } from '../../contract/state.contract.js';

const column = (name: string, type: ColumnType, nullable = false): Column => ({
  name,
  nativeType: 'x',
  type,
  nullable,
  generated: false,
});
const TEXT: ColumnType = { kind: 'text', maxLength: null, padded: false };
const SCHEMA: SourceSchema = {
  dialect: 'memory',
  defaultSchema: 'main',
  tables: ['users', 'teams'].map((name) => ({
    schema: 'main',
    name,
    kind: 'table',
    columns: [
      column('id', { kind: 'integer', bits: 64, unsigned: false }),
      column('email', TEXT),
      column('seen_at', { kind: 'timestamp', zone: true }, true),
    ],
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys: [],
    indexes: [['id']],
    estimatedRows: null,
  })),
};
const TABLE = { name: 'shop', partitionKey: 'pk', sortKey: 'sk', indexes: [] };
const DAY = (day: number) => `2024-01-${String(day).padStart(2, '0')} 00:00:00+00`;

function mappingOf(byEmail: Partial<CopyMapping> = {}, teamPk = 'TEAM#{id}'): LoadedMapping {
  const mapping: Mapping = {
    version: 1,
    table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk' },
    entities: {
      User: {
        from: 'users',
        items: {
          main: { key: { pk: 'USER#{id}', sk: 'USER' } },
          byEmail: { key: { pk: 'EMAIL#{email | lower}', sk: 'USER' }, ...byEmail },
        },
      },
      Team: { from: 'teams', items: { main: { key: { pk: teamPk, sk: 'USER' } } } },
    },
  };
  return { mapping, file: 'shop.yaml', digest: JSON.stringify(mapping), place: () => null };
}

const USERS: readonly Row[] = [
  ['1', 'ann@x', DAY(3)],
  ['2', 'ANN@x', DAY(9)],
  ['3', 'bob@x', DAY(1)],
  ['4', 'Ann@X', DAY(9)],
  ['5', 'eve@x', null],
  ['6', 'EVE@x', DAY(2)],
  ['10', 'Bob@x', 'infinity'],
];
const TEAMS: readonly Row[] = [['3', 'team@x', null]];

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tablefold-unique-'));
});
afterAll(() => rmSync(root, { recursive: true }));

function setUp(mapping: LoadedMapping, users = USERS) {
  const sink = memorySink({ table: TABLE });
  const folder = mkdtempSync(join(root, 'run-'));
  const options: MigrateOptions = {
    mapping,
    source: memorySource({ schema: SCHEMA, tables: { users, teams: TEAMS } }),
    sink,
    state: fileState(folder),
    chunkSize: 2,
    signal: new AbortController().signal,
  };
  return { sink, folder, options };
}

function keysOf(sink: ReturnType<typeof memorySink>): string[] {
  return [...sink.items.values()]
    .map(({ pk, _src }) => `${Object.values(pk ?? {})[0]} ${Object.values(_src ?? {})[0]}`)
    .sort();
}

describe('keys that no proof covers', () => {
  it('are compared before the first write: each item of a key that several make is rejected, naming the others', async () => {
    const { sink, options } = setUp(mappingOf());
    const report = await migrate(options);
    expect(keysOf(sink).filter((key) => key.startsWith('EMAIL'))).toEqual([]);
    expect(report.totals).toMatchObject({ rows: 8, written: 7, rejects: 8 - 1 + 1, skipped: 0 });
    expect(report.collisions).toMatchObject({
      copies: ['User.byEmail'],
      rows: 7,
      keys: 7,
      collidingKeys: 3,
      rejected: 7,
      leftOut: 0,
    });
    const log = await collect(options.state.rejects('shop'));
    const reasons = log.filter(({ code }) => code === 'KEY_COLLISION').map(({ reason }) => reason);
    expect(reasons).toContain(
      '3 items have this key: User.byEmail of users#1, User.byEmail of users#2, User.byEmail of users#4',
    );
  });

  it('are decided by lastBy: the greatest value, of equals the last source key, NULL below all; the others are left out', async () => {
    const { sink, options } = setUp(
      mappingOf({ collisions: { lastBy: 'seen_at' }, attributes: ['id', 'email'] }),
    );
    const report = await migrate(options);
    expect(keysOf(sink).filter((key) => key.startsWith('EMAIL'))).toEqual([
      'EMAIL#ann@x users#4',
      'EMAIL#eve@x users#6',
    ]);
    // Infinity has no place in the order that keys have: nobody wins bob@x, and that is said.
    expect(report.collisions).toMatchObject({ collidingKeys: 3, rejected: 2, leftOut: 3 });
    expect(report.totals.skipped).toBe(3);
    expect(report.collisions?.examples.map(({ winner }) => winner?.source ?? null).sort()).toEqual(
      [null, 'users#4', 'users#6'].sort(),
    );
  });

  it('are found across entities, also when only one of them is migrated', async () => {
    const { sink, options } = setUp(mappingOf({}, 'USER#{id}'));
    const report = await migrate({ ...options, entities: ['Team'] });
    expect(keysOf(sink)).toEqual([]);
    expect(report.collisions).toMatchObject({ copies: ['User.main', 'Team.main'], rejected: 2 });
    const [line] = await collect(options.state.rejects('shop'));
    expect(line).toMatchObject({
      entity: 'Team',
      origin: { table: 'teams', key: ['3'] },
      code: 'KEY_COLLISION',
      reason: '2 items have this key: User.main of users#3, Team.main of teams#3',
    });
  });

  it('are in the plan as they will be in the migration', async () => {
    const { options } = setUp(mappingOf());
    const planned = await plan(options);
    const report = await migrate(options);
    const { durationMs: _, file: __, ...found } = report.collisions!;
    expect(planned.collisions).toMatchObject(found);
    expect(planned.totals).toMatchObject({ items: report.totals.written, rejects: report.totals.rejects });
    const part = await plan({ ...options, selection: { limit: 1 } });
    expect(part).toMatchObject({ collisions: null, unprovedCopies: ['User.byEmail'] });
  });

  it('are decided by a resume as they were by the run that began, whatever has become of the rows', async () => {
    const { sink, folder, options } = setUp(mappingOf());
    const end = new AbortController();
    const state = options.state;
    let chunks = 0;
    const first = migrate({
      ...options,
      sourceConcurrency: 1,
      signal: end.signal,
      state: {
        ...state,
        open: async (name) => {
          const run = await state.open(name);
          const done = run.done.bind(run);
          run.done = async (...args) => {
            await done(...args);
            chunks += 1;
            if (chunks === 1) end.abort(new Error('stopped'));
          };
          return run;
        },
      },
    });
    await expect(first).rejects.toMatchObject({ code: 'RUN_INTERRUPTED' });
    const kept = readFileSync(join(folder, 'shop', 'collisions.ndjson'), 'utf8');
    // Now nobody else has bob's address; the run has told nobody so.
    const users = USERS.filter(([id]) => id !== '10');
    const report = await migrate({
      ...options,
      source: memorySource({ schema: SCHEMA, tables: { users, teams: TEAMS } }),
      mode: 'resume',
    });
    expect(keysOf(sink).filter((key) => key.startsWith('EMAIL'))).toEqual([]);
    expect(report.collisions).toMatchObject({ collidingKeys: 3 });
    expect(readFileSync(join(folder, 'shop', 'collisions.ndjson'), 'utf8')).toBe(kept);
    expect(readdirSync(join(folder, 'shop')).sort()).toEqual(
      expect.arrayContaining(['collisions.ndjson', 'rejects.ndjson', 'run.journal']),
    );
  });

  it('need no pass where the proof holds', async () => {
    const { options } = setUp(mappingOf({ key: { pk: 'EMAIL#{email | lower}', sk: 'USER#{id}' } }));
    expect((await migrate(options)).collisions).toBeNull();
    expect(readdirSync(join(options.state.label, 'shop'))).not.toContain('collisions.ndjson');
  });
});

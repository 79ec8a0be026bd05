import { embedPaths } from '../embed-paths.js';
import type { KeyRange } from '../key-range.js';
import type { EntityQuery } from '../row-query.js';
import type { ChunkPlan, SourceStatements } from '../source.js';
import { namedKey, type SourceStatement } from '../source-statement.js';
import { hiddenOrderStatement } from './identity-checks.js';
import { measureStatement } from './measure.js';
import { boundaryStatement, givenKeysStatement, lastOfStatement } from './plan-chunks.js';
import { VERSION } from './session.js';
import { type BeginOptions, beginStatement } from './session-settings.js';
import { EXPORT, POSITION } from './snapshot.js';
import { embedStatement, nullIdentityStatement, rootStatement, type Statement } from './sql.js';

/** What `snapshot.ts`, `plan-chunks.ts` and `read-chunk.ts` send, by the functions that they send it from. */
export function postgresStatements(begin: Omit<BeginOptions, 'snapshot'>): SourceStatements {
  return {
    ofRun: ({ consistency }) => ofRun(begin, consistency !== 'chunk'),
    ofEntity: (query, plan) => [...checks(query), ...chunks(query, plan), ...reading(query, plan)],
    ofMeasure: (measure) => [told('measure', 'once', measureStatement(measure))],
  };
}

function ofRun(begin: Omit<BeginOptions, 'snapshot'>, oneMoment: boolean): readonly SourceStatement[] {
  const plain = { text: beginStatement(begin), values: [] };
  const rollback = { text: 'ROLLBACK', values: [] };
  const imported = { text: beginStatement({ ...begin, snapshot: 'the exported snapshot' }), values: [] };
  return [
    told('connection', 'each connection, first', VERSION),
    told('snapshot', 'once, before the position', plain),
    told('snapshot', 'once', POSITION),
    told('snapshot', 'once, behind the position', rollback),
    ...(oneMoment
      ? [
          told('snapshot', 'once, on a connection that then waits for the end of the run', plain),
          told('snapshot', 'once, on the same connection', EXPORT),
        ]
      : []),
    told('snapshot', 'each chunk and each statement below, first', oneMoment ? imported : plain),
    told('snapshot', 'each chunk and each statement below, last', rollback),
  ];
}

function checks(query: EntityQuery): readonly SourceStatement[] {
  const nulls = nullIdentityStatement(query);
  return [
    told('check', 'once', hiddenOrderStatement(query)),
    ...(nulls === null ? [] : [told('check', 'once', nulls)]),
  ];
}

function chunks(
  query: EntityQuery,
  { rowsPerChunk, limit, keys }: Omit<ChunkPlan, 'after'>,
): readonly SourceStatement[] {
  const after = namedKey(query, 'after');
  if (keys !== undefined) {
    return [
      ...keys.map((key) =>
        told('chunks', 'once, to know that it is there', givenKeysStatement(query, [key], null)),
      ),
      told('chunks', 'once', givenKeysStatement(query, keys, null)),
    ];
  }
  if (limit !== undefined) {
    const rows = Math.min(rowsPerChunk, limit);
    return [
      told('chunks', 'once', lastOfStatement(query, null, rows)),
      told(
        'chunks',
        'each further chunk; the last LIMIT takes what is left',
        lastOfStatement(query, after, rows),
      ),
    ];
  }
  return [
    told('chunks', 'once', boundaryStatement(query, null, rowsPerChunk - 1, 2)),
    told('chunks', 'once, where that finds nothing', boundaryStatement(query, null, 0, 1)),
    told('chunks', 'each further chunk', boundaryStatement(query, after, rowsPerChunk - 1, 2)),
    told('chunks', 'once after --resume, where that finds nothing', boundaryStatement(query, after, 0, 1)),
  ];
}

function reading(query: EntityQuery, { keys }: Omit<ChunkPlan, 'after'>): readonly SourceStatement[] {
  const range: KeyRange =
    keys === undefined
      ? { kind: 'span', after: namedKey(query, 'after'), upTo: namedKey(query, 'up to'), taken: null }
      : { kind: 'keys', keys };
  const each =
    keys === undefined ? 'each chunk; the first has no lower bound, the last no upper' : 'each chunk';
  return [
    told('rows', each, rootStatement(query, range)),
    ...embedPaths(query).map((path) =>
      told('children', `${each} (${path.name})`, embedStatement(query, path, range)),
    ),
  ];
}

function told(
  purpose: SourceStatement['purpose'],
  sent: string,
  { text, values }: Statement,
): SourceStatement {
  return { purpose, sent, sql: text, values };
}

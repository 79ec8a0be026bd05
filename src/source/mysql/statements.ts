import { embedPaths } from '../embed-paths.js';
import type { KeyRange } from '../key-range.js';
import type { EntityQuery } from '../row-query.js';
import type { ChunkPlan, SnapshotOptions, SourceStatements } from '../source.js';
import { namedKey, type SourceStatement } from '../source-statement.js';
import { WHO } from './fewer-readers.js';
import { uniqueIndexStatement } from './identity-checks.js';
import { quote } from './literals.js';
import { measureStatement } from './measure.js';
import { boundaryStatement, givenKeysStatement, lastOfStatement } from './plan-chunks.js';
import { positionStatements } from './position.js';
import type { WriteKey } from './range-sql.js';
import { BOUNDS, FIRST_ROWS } from './read-chunk.js';
import type { Session } from './session.js';
import { VERSION } from './session-settings.js';
import { BEGIN, enginesStatement, lockStatements } from './shared-moment.js';
import { embedStatement, nullIdentityStatement, rootStatement, sharedIdentityStatement } from './sql.js';

/**
 * What `snapshot.ts`, `plan-chunks.ts` and `read-chunk.ts` send, by the functions that they send it from. Keys that
 * only the run finds are user variables, so that a statement can be explained once they are SET.
 */
export function mysqlStatements(session: Pick<Session, 'mariadb' | 'settings'>): SourceStatements {
  return {
    ofRun: (options) => [...connection(session), ...snapshot(session.mariadb, options)],
    ofEntity: (query, plan) => [...checks(query), ...chunks(query, plan), ...reading(query, plan)],
    ofMeasure: (measure) => [told('measure', 'once', measureStatement(measure).text)],
  };
}

const named: WriteKey = (_, name) => `@${quote(name)}`;

function connection({ settings: { needed, wanted } }: Pick<Session, 'settings'>): readonly SourceStatement[] {
  return [
    told('connection', 'each connection, first', VERSION),
    ...needed.map((text) => told('connection', 'each connection', text)),
    ...wanted.map((text) => told('connection', 'each connection; passed over where it is refused', text)),
  ];
}

function snapshot(
  mariadb: boolean,
  { concurrency, tables = [], consistency }: Pick<SnapshotOptions, 'concurrency' | 'tables' | 'consistency'>,
): readonly SourceStatement[] {
  const position = positionStatements(mariadb).map((text) =>
    told('snapshot', 'once, as far as the server answers', text),
  );
  if (consistency === 'chunk') {
    return [
      ...position,
      told('snapshot', 'each chunk, first', BEGIN),
      told('snapshot', 'each chunk, last', 'ROLLBACK'),
    ];
  }
  const [patience, lock] = lockStatements(tables);
  const locked = concurrency > 1 && tables.length > 0;
  return [
    ...(locked
      ? [
          told('lock', 'once, on a connection of its own', patience),
          told('lock', 'until it is had, at most three times; let go as soon as all have begun', lock),
          told('lock', 'once, where the lock is refused', WHO),
        ]
      : []),
    told('snapshot', locked ? 'each connection that reads, under the lock' : 'once', BEGIN),
    ...position,
    told('snapshot', 'once', enginesStatement(tables)),
  ];
}

function checks(query: EntityQuery): readonly SourceStatement[] {
  const nulls = nullIdentityStatement(query);
  return [
    ...(nulls === null ? [] : [told('check', 'once', nulls.text)]),
    told('check', 'once', uniqueIndexStatement(query).text),
    told('check', 'once, where that finds no unique index', sharedIdentityStatement(query).text),
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
        told('chunks', 'once, to know that it is there', givenKeysStatement(query, [key], null).text),
      ),
      told('chunks', 'once', givenKeysStatement(query, keys, null).text),
    ];
  }
  if (limit !== undefined) {
    const rows = Math.min(rowsPerChunk, limit);
    return [
      told('chunks', 'once', lastOfStatement(query, null, rows).text),
      told(
        'chunks',
        'each further chunk; the last LIMIT takes what is left',
        lastOfStatement(query, after, rows, named).text,
      ),
    ];
  }
  const boundary = (from: typeof after | null, offset: number, rows: number) =>
    boundaryStatement(query, from, offset, rows, named).text;
  return [
    told('chunks', 'once', boundary(null, rowsPerChunk - 1, 2)),
    told('chunks', 'once, where that finds nothing', boundary(null, 0, 1)),
    told('chunks', 'each further chunk', boundary(after, rowsPerChunk - 1, 2)),
    told('chunks', 'once after --resume, where that finds nothing', boundary(after, 0, 1)),
  ];
}

function reading(query: EntityQuery, { keys }: Omit<ChunkPlan, 'after'>): readonly SourceStatement[] {
  const chunk: KeyRange =
    keys === undefined ? span(namedKey(query, 'after'), namedKey(query, 'up to')) : { kind: 'keys', keys };
  const pageAfter = namedKey(query, 'page after');
  const ends = keys === undefined ? '; the first chunk has no lower bound, the last no upper' : '';
  const rows = (after: typeof pageAfter | null, limit: number) =>
    rootStatement(query, [chunk, span(after, null)], limit, named).text;
  return [
    told('rows', `each chunk, its first page${ends}`, rows(null, FIRST_ROWS)),
    told(
      'rows',
      `each further page; LIMIT 1 to ${BOUNDS.most}, by what the page before took`,
      rows(pageAfter, BOUNDS.most),
    ),
    ...embedPaths(query).map((path) =>
      told(
        'children',
        `each page (${path.name}); a chunk's first page has no lower bound of its own`,
        embedStatement(query, path, [chunk, span(pageAfter, namedKey(query, 'page up to'))], named).text,
      ),
    ),
  ];
}

function span(after: readonly string[] | null, upTo: readonly string[] | null): KeyRange {
  return { kind: 'span', after, upTo, taken: null };
}

function told(purpose: SourceStatement['purpose'], sent: string, sql: string): SourceStatement {
  return { purpose, sent, sql, values: [] };
}

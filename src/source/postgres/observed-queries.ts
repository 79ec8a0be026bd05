import { MOST_QUERIES, type ObservedQueries } from '../observed-queries.js';
import type { Ask } from './ask.js';
import { quote } from './quote.js';
import { complaintOf } from './translate-error.js';

const FROM = 'pg_stat_statements';

/** The schema of the extension, whether it is 1.8 or newer (which renamed the time), and who asks. */
const EXTENSION = `
  SELECT n.nspname, EXISTS (SELECT FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = n.oid AND c.relname = 'pg_stat_statements' AND a.attname = 'total_exec_time'),
    current_user
  FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
  WHERE e.extname = 'pg_stat_statements'`;

const PRELOAD =
  'Add pg_stat_statements to shared_preload_libraries and restart the server, then CREATE EXTENSION pg_stat_statements in this database; let the application run for a day.';

/** What pg_stat_statements counted in this database. Without pg_read_all_stats it hides what other users ask. */
export async function readObservedQueries(ask: Ask): Promise<ObservedQueries> {
  const [extension] = await ask({ text: EXTENSION, values: [] });
  if (extension === undefined) {
    return unreadable('the extension pg_stat_statements is not created in this database', PRELOAD);
  }
  const [schema, renamed, user] = extension.map(String);
  const view = `${quote(schema ?? '')}.pg_stat_statements`;
  const grant = `GRANT pg_read_all_stats TO ${quote(user ?? '')}.`;
  const time = renamed === 't' || renamed === 'true' ? 'total_exec_time' : 'total_time';
  const own = '(SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())';
  try {
    const rows = await ask({
      text: `SELECT s.query, sum(s.calls), sum(s.${time}) FROM ${view} s
        WHERE s.dbid = ${own} AND s.query ~* '^[[:space:](]*(select|with|/\\*)'
        GROUP BY s.query ORDER BY sum(s.calls) DESC, s.query LIMIT ${MOST_QUERIES}`,
      values: [],
    });
    const [hidden] = await ask({
      text: `SELECT count(*) FROM ${view} s WHERE s.dbid = ${own} AND s.query = '<insufficient privilege>'`,
      values: [],
    });
    const unseen = Number(hidden?.[0] ?? 0);
    return {
      from: FROM,
      queries: rows.map(([sql, calls, totalMs]) => ({
        sql: String(sql),
        calls: Number(calls),
        totalMs: Number(totalMs),
      })),
      unreadable:
        unseen === 0
          ? null
          : { why: `pg_stat_statements hides ${unseen} statements of other users`, hint: grant },
    };
  } catch (error) {
    // The draft does without: not preloaded (55000), or no privilege (42501). A lost session is no complaint.
    const complaint = complaintOf(error);
    if (complaint === null) throw error;
    return unreadable(
      complaint.message,
      complaint.code === '42501' ? `GRANT SELECT ON ${view}; ${grant}` : PRELOAD,
    );
  }
}

function unreadable(why: string, hint: string): ObservedQueries {
  return { from: FROM, queries: [], unreadable: { why, hint } };
}

import { MOST_QUERIES, type ObservedQueries } from '../observed-queries.js';
import type { Ask } from './ask.js';
import { complaintOf } from './translate-error.js';

const FROM = 'performance_schema';

/** The sum of picoseconds as milliseconds. A digest is NULL for what no longer fitted into the table. */
const DIGESTS = `
  SELECT DIGEST_TEXT, sum(COUNT_STAR), sum(SUM_TIMER_WAIT) / 1000000000
  FROM performance_schema.events_statements_summary_by_digest
  WHERE SCHEMA_NAME = DATABASE() AND (DIGEST_TEXT LIKE 'SELECT %' OR DIGEST_TEXT LIKE 'WITH %' OR DIGEST_TEXT LIKE '(%')
  GROUP BY DIGEST_TEXT ORDER BY sum(COUNT_STAR) DESC, DIGEST_TEXT LIMIT ${MOST_QUERIES}`;

/** Whether statements are counted by digest: MariaDB comes with some of these off. */
const COUNTED = `
  SELECT (SELECT count(*) FROM performance_schema.setup_consumers
      WHERE NAME IN ('global_instrumentation', 'statements_digest') AND ENABLED = 'YES'),
    (SELECT count(*) FROM performance_schema.setup_instruments
      WHERE NAME = 'statement/sql/select' AND ENABLED = 'YES')`;

/** What performance_schema counted in this database, by digest. */
export async function readObservedQueries(ask: Ask): Promise<ObservedQueries> {
  const [on] = await ask({ text: 'SELECT @@performance_schema', readers: null });
  if (String(on?.[0]) !== '1') {
    return unreadable(
      'performance_schema is off',
      "Set performance_schema=ON and performance-schema-instrument='statement/%=ON' in the server's configuration, restart it, and let the application run for a day.",
    );
  }
  try {
    const rows = await ask({ text: DIGESTS, readers: null });
    const queries = rows.map(([sql, calls, totalMs]) => ({
      sql: String(sql),
      calls: Number(calls),
      totalMs: Number(totalMs),
    }));
    const [counted] = queries.length > 0 ? [] : await ask({ text: COUNTED, readers: null });
    if (counted === undefined || (String(counted[0]) === '2' && String(counted[1]) === '1')) {
      return { from: FROM, queries, unreadable: null };
    }
    return unreadable(
      'performance_schema does not count statements',
      "UPDATE performance_schema.setup_consumers SET ENABLED = 'YES' WHERE NAME IN ('global_instrumentation', 'statements_digest'); UPDATE performance_schema.setup_instruments SET ENABLED = 'YES' WHERE NAME LIKE 'statement/%'; then let the application run for a day.",
    );
  } catch (error) {
    const complaint = complaintOf(error);
    if (complaint === null) throw error;
    return unreadable(complaint.message, 'GRANT SELECT ON performance_schema.* TO this user.');
  }
}

function unreadable(why: string, hint: string): ObservedQueries {
  return { from: FROM, queries: [], unreadable: { why, hint } };
}

import { sourceError } from '../errors.js';
import type { ReplicaLag } from '../replica-lag.js';
import type { Ask } from './ask.js';
import { quote } from './quote.js';

const IN_RECOVERY = 'SELECT pg_catalog.pg_is_in_recovery()';

/**
 * A standby that has replayed all it received is not behind, however long ago the last commit was; what it has
 * received may begin before what it has. Without a receiver nobody knows what it has missed: only the time of that
 * commit is left, and Aurora does not tell even that.
 */
const OF_STANDBY = `
  SELECT CASE
    WHEN receiving AND pg_catalog.pg_last_wal_receive_lsn() <= pg_catalog.pg_last_wal_replay_lsn() THEN 0
    ELSE extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(pg_catalog.pg_last_xact_replay_timestamp(),
      CASE WHEN receiving THEN pg_catalog.pg_postmaster_start_time() END)) END
  FROM (SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver) AS receiving) AS standby`;

/** Of who may not see it all is NULL, `state` too; `replay_lag` is NULL of a replica that has caught up. */
const OF_REPLICAS = `
  SELECT count(*), count(*) FILTER (WHERE state IS NULL), coalesce(extract(epoch FROM max(replay_lag)), 0), current_user
  FROM pg_catalog.pg_stat_replication WHERE state IS DISTINCT FROM 'backup'`;

/** Throws `SOURCE_ACCESS_DENIED` where the role may not see the replicas of a primary. */
export async function readReplicaLag(ask: Ask): Promise<ReplicaLag> {
  const [recovery] = await ask({ text: IN_RECOVERY, values: [] });
  if (/^t/.test(String(recovery?.[0]))) return lagOfStandby(ask);
  const [row] = await ask({ text: OF_REPLICAS, values: [] });
  const [replicas = '0', hidden = '0', seconds = '0', user = ''] = row?.map(String) ?? [];
  if (Number(hidden) > 0) {
    throw sourceError('SOURCE_ACCESS_DENIED', `role ${user} may not see how far replicas are behind`, {
      hint: `GRANT pg_read_all_stats TO ${quote(user)}; or read from a replica, which needs no grant.`,
    });
  }
  if (Number(replicas) === 0) return { kind: 'unseen', why: 'it is a primary that no replica follows' };
  return { kind: 'behind', seconds: Number(seconds) };
}

async function lagOfStandby(ask: Ask): Promise<ReplicaLag> {
  const [row] = await ask({ text: OF_STANDBY, values: [] });
  const seconds = row?.[0] ?? null;
  if (seconds === null) {
    return {
      kind: 'unseen',
      why: 'it is a replica that does not tell when its last transaction was committed',
    };
  }
  return { kind: 'behind', seconds: Math.max(0, Number(seconds)) }; // two clocks
}

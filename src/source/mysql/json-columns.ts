import type { FindJson } from './discover.js';
import { tableOf } from './filtered-root.js';
import { quote } from './literals.js';
import type { Session } from './session.js';
import { complaintOf } from './translate-error.js';

/**
 * MariaDB's JSON is LONGTEXT with a check (mariadb.com/kb/en/json), and information_schema tells of checks only
 * those who may do more than read. What describes a result tells everybody, and also of the columns of a view.
 */
export function findingJson(session: Session, signal: AbortSignal): NonNullable<FindJson> {
  return async (table, columns) => {
    const text = `SELECT ${columns.map(quote).join(', ')} FROM ${tableOf(table)} LIMIT 0`;
    try {
      const formats = await session.formats(text, signal);
      return columns.filter((_, index) => formats[index] === 'json');
    } catch (error) {
      // A view of what is gone, or that its definer may not read: whoever maps it is told by a probe.
      if (complaintOf(error) === null) throw error;
      return [];
    }
  };
}

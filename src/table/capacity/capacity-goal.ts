import { tableError } from '../errors.js';

/** What a table should take while it is loaded. */
export type CapacityGoal =
  | { readonly kind: 'as-is' }
  /** Pay per request. */
  | { readonly kind: 'on-demand' }
  /** Units a second of WarmThroughput, of the table and each global index; cannot be lowered again. */
  | { readonly kind: 'warm'; readonly write: number }
  /** Provisioned units a second of the table, and of each global index again. `read` null: by what is there. */
  | { readonly kind: 'provisioned'; readonly write: number; readonly read: number | null };

const HINT =
  'as-is; on-demand; warm:20000 (write units a second at once, for good); provisioned:20000 or provisioned:20000/500 (write/read units, taken back afterwards).';

/** Throws `TABLE_CAPACITY`. */
export function parseCapacityGoal(text: string): CapacityGoal {
  const goal = text.trim();
  if (goal === 'as-is' || goal === 'on-demand') return { kind: goal };
  const [, kind, write, read] = /^(?:(warm|provisioned):(\d{1,9})(?:\/(\d{1,9}))?)$/.exec(goal) ?? [];
  const units = Number(write);
  const wrong =
    kind === undefined || units === 0 || Number(read) === 0 || (kind === 'warm' && read !== undefined);
  if (wrong) {
    throw tableError('TABLE_CAPACITY', `${JSON.stringify(text)} is no capacity`, { hint: HINT });
  }
  return kind === 'warm'
    ? { kind, write: units }
    : { kind: 'provisioned', write: units, read: read === undefined ? null : Number(read) };
}

export function sayGoal(goal: CapacityGoal): string {
  switch (goal.kind) {
    case 'as-is':
    case 'on-demand':
      return goal.kind;
    case 'warm':
      return `warm:${goal.write}`;
    case 'provisioned':
      return `provisioned:${goal.write}${goal.read === null ? '' : `/${goal.read}`}`;
  }
}

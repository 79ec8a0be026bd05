import type { CapacityGoal } from '../../table/capacity/capacity-goal.js';
import { type CostOptions, costExcess } from '../plan-cost.js';
import { type BackfillPlanOptions, planBackfill } from './backfill-plan.js';

/**
 * Reckons what a backfill would cost, from all its rows: what differs may lie anywhere among them. Throws `RUN_COST`
 * where that is more than `most` or cannot be said, and as `planBackfill` does.
 */
export async function requireBackfillCost(
  options: Omit<BackfillPlanOptions, 'cost' | 'onPrepared' | 'meter' | 'unindexed'>,
  cost: CostOptions,
  goal: CapacityGoal,
  most: number,
): Promise<void> {
  const excess = costExcess((await planBackfill({ ...options, cost })).cost, goal, most);
  if (excess !== null) throw excess;
}

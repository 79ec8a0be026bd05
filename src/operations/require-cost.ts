import type { CapacityGoal } from '../table/capacity/capacity-goal.js';
import { type PlanOptions, plan } from './plan.js';
import { type CostOptions, costExcess } from './plan-cost.js';
import { isCanary } from './selection.js';

/** Of the rows of a load that is to be reckoned: enough, and read soon. */
const SAMPLE = { percent: 1, seed: 1 };

/**
 * Reckons what a load would cost, from a sample of the rows (the upper end of its interval) or from the selected ones.
 * Throws `RUN_COST` where that is more than `most` or cannot be said, and as `plan` does.
 */
export async function requireCost(
  options: Omit<PlanOptions, 'samples' | 'measure' | 'sample' | 'cost' | 'onPrepared' | 'meter'>,
  cost: CostOptions,
  goal: CapacityGoal,
  most: number,
): Promise<void> {
  const sample = isCanary(options.selection ?? {}) ? undefined : SAMPLE;
  const report = await plan({ ...options, cost, sample, samples: 0, measure: false });
  const excess = costExcess(report.cost, goal, most);
  if (excess !== null) throw excess;
}

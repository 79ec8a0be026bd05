import { requireCost } from '../operations/require-cost.js';
import type { Consistency } from '../source/source.js';
import type { CapacityGoal } from '../table/capacity/capacity-goal.js';
import { type AwsFlags, costOptionsOf, selectionOf } from './open-run.js';

interface CostFlags extends AwsFlags {
  readonly 'max-cost'?: number | undefined;
  readonly prices?: string | undefined;
  readonly capacity: CapacityGoal;
  readonly entity?: readonly string[] | undefined;
  readonly limit?: number | undefined;
  readonly 'where-key'?: readonly string[] | undefined;
  readonly 'chunk-size': number;
  readonly 'source-concurrency': number;
  readonly consistency: Consistency;
}

/** Before the first write, where there is a `--max-cost`. Throws `RUN_COST`. */
export async function requireCostOf(
  flags: CostFlags,
  parts: Pick<Parameters<typeof requireCost>[0], 'mapping' | 'source' | 'signal'>,
): Promise<void> {
  const most = flags['max-cost'];
  if (most === undefined) return;
  const reading = {
    ...parts,
    entities: flags.entity,
    selection: selectionOf(flags),
    chunkSize: flags['chunk-size'],
    sourceConcurrency: flags['source-concurrency'],
    consistency: flags.consistency,
  };
  await requireCost(reading, await costOptionsOf(flags, parts.signal), flags.capacity, most);
}

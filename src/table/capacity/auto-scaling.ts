import type { ScalableDimension, SuspendedState } from '@aws-sdk/client-application-auto-scaling';
import type { DynamoDb } from '../../dynamodb/client.js';
import type { Logger } from '../../support/log.js';

/** One dimension that Application Auto Scaling moves, and whether it was told not to. Plain JSON. */
export interface ScalingTarget {
  /** `table/shop`, `table/shop/index/gsi1` */
  readonly resource: string;
  /** `dynamodb:table:WriteCapacityUnits`, … */
  readonly dimension: string;
  readonly suspended: SuspendedState;
}

const HELD: SuspendedState = {
  DynamicScalingInSuspended: true,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: true,
};

/** An emulator scales nothing; a test names an endpoint of its own. */
function scales(dynamo: DynamoDb): boolean {
  return !dynamo.local || process.env['AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING'] !== undefined;
}

async function open(dynamo: DynamoDb) {
  const sdk = await import('@aws-sdk/client-application-auto-scaling');
  const { credentials } = dynamo.control.config;
  const client = new sdk.ApplicationAutoScalingClient({ region: dynamo.region, credentials });
  return { sdk, client, [Symbol.dispose]: () => client.destroy() };
}

/** What scales the table and its indexes; empty where nothing does. */
async function targetsOf(
  { sdk, client }: Awaited<ReturnType<typeof open>>,
  table: string,
  indexes: readonly string[],
  signal: AbortSignal,
): Promise<readonly ScalingTarget[]> {
  const ResourceIds = [`table/${table}`, ...indexes.map((index) => `table/${table}/index/${index}`)];
  const { ScalableTargets = [] } = await client.send(
    new sdk.DescribeScalableTargetsCommand({ ServiceNamespace: 'dynamodb', ResourceIds }),
    { abortSignal: signal },
  );
  return ScalableTargets.map(({ ResourceId = '', ScalableDimension = '', SuspendedState = {} }) => ({
    resource: ResourceId,
    dimension: ScalableDimension,
    suspended: SuspendedState,
  }));
}

/**
 * Auto scaling would lower what was raised: its targets are suspended, their limits and policies kept. Returns them as
 * they were. One whose user may not ask is warned of and left alone: `application-autoscaling:DescribeScalableTargets`,
 * `RegisterScalableTarget`.
 */
export async function suspendScaling(
  dynamo: DynamoDb,
  table: string,
  indexes: readonly string[],
  { log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<readonly ScalingTarget[]> {
  if (!scales(dynamo)) return [];
  using scaling = await open(dynamo);
  try {
    const targets = await targetsOf(scaling, table, indexes, signal);
    for (const target of targets) await register(scaling, { ...target, suspended: HELD }, signal);
    return targets;
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    log.warn(
      { why },
      'auto scaling cannot be looked at: where it is set up, it may lower the capacity again',
    );
    return [];
  }
}

/** Sets the targets going as they were. Throws what Application Auto Scaling throws. */
export async function resumeScaling(
  dynamo: DynamoDb,
  targets: readonly ScalingTarget[],
  signal: AbortSignal,
): Promise<void> {
  if (targets.length === 0) return;
  using scaling = await open(dynamo);
  const going = {
    DynamicScalingInSuspended: false,
    DynamicScalingOutSuspended: false,
    ScheduledScalingSuspended: false,
  };
  for (const target of targets) {
    await register(scaling, { ...target, suspended: { ...going, ...target.suspended } }, signal);
  }
}

/** Without limits of its own, a registration keeps those that are there. */
async function register(
  { sdk, client }: Awaited<ReturnType<typeof open>>,
  { resource, dimension, suspended }: ScalingTarget,
  signal: AbortSignal,
): Promise<void> {
  await client.send(
    new sdk.RegisterScalableTargetCommand({
      ServiceNamespace: 'dynamodb',
      ResourceId: resource,
      ScalableDimension: dimension as ScalableDimension,
      SuspendedState: suspended,
    }),
    { abortSignal: signal },
  );
}

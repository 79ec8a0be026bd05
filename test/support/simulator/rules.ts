/** What DynamoDB promises about throughput, with the page that says so (read November 2026). */
export const RULES = {
  /** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
  partition: { write: 1_000, read: 3_000 },
  /**
   * Unused capacity that is kept for bursts, in seconds of the provisioned rate.
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html
   */
  burstSeconds: 300,
  /**
   * A new on-demand table. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
   */
  onDemandStart: { write: 4_000, read: 12_000 },
  /** On demand, twice the previous peak is there this long after the peak (same page). */
  growthMs: 30 * 60_000,
  /** A peak is a minute's mean: CloudWatch's finest view of a table, which the page's examples speak of. */
  peakWindowMs: 60_000,
  /**
   * Per table, its indexes included, unless raised.
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
   */
  tableQuota: { write: 40_000, read: 40_000 },
  /**
   * After this much throttling a partition that is not one hot key is split. AWS says that adaptive capacity
   * does it, not when: an assumption of ours, and a setting.
   */
  splitAfterMs: 5 * 60_000,
} as const;

export type Direction = 'write' | 'read';
export type Units = Readonly<Record<Direction, number>>;

export type Capacity =
  | ({ readonly mode: 'provisioned' } & Units)
  /** `warm` is WarmThroughput; `max` the table's own MaxRequestUnits. */
  | { readonly mode: 'on-demand'; readonly warm?: Units | undefined; readonly max?: Units | undefined };

/**
 * What is short: the end of a ThrottlingReason behind its `{Table,Index}{Read,Write}`.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ThrottlingReason.html
 */
export type Shortage =
  | 'KeyRangeThroughputExceeded'
  | 'ProvisionedThroughputExceeded'
  | 'AccountLimitExceeded'
  | 'MaxOnDemandThroughputExceeded';

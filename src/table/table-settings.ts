/** Units per second of the table, and of each global index again. */
export type Billing = 'on-demand' | { readonly read: number; readonly write: number };

/** What a change record of DynamoDB Streams holds. */
export const STREAM_VIEWS = ['keys-only', 'new-image', 'old-image', 'new-and-old-images'] as const;
export type StreamView = (typeof STREAM_VIEWS)[number];

export const TABLE_CLASSES = ['standard', 'infrequent-access'] as const;
export type TableClass = (typeof TABLE_CLASSES)[number];

/**
 * What the owner of a table decides beside the mapping's design. What is left out is DynamoDB's default when the
 * table is made, and is not compared when it is there.
 */
export interface TableSettings {
  readonly billing?: Billing | undefined;
  /** Units a second that table and global indexes take from the first second (WarmThroughput): billed once, never lowered. */
  readonly warm?: { readonly read?: number | undefined; readonly write?: number | undefined } | undefined;
  readonly stream?: StreamView | undefined;
  readonly pointInTimeRecovery?: boolean | undefined;
  readonly deletionProtection?: boolean | undefined;
  /** `aws`: the key that AWS manages for DynamoDB in this account; else the ARN of one of yours. */
  readonly kmsKey?: string | undefined;
  readonly tags?: { readonly [key: string]: string } | undefined;
  readonly tableClass?: TableClass | undefined;
}

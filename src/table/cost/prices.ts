import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf } from '../../support/error.js';
import { tableError } from '../errors.js';

const price = z.number().min(0);

const regionPrices = z.strictObject({
  /** A million write request units, on demand. */
  onDemandWriteMillion: price,
  /** A write unit a second for an hour, provisioned. */
  provisionedWriteHour: price,
  /** A write unit a second of warm throughput above what the table has, once. */
  warmWriteUnit: price,
  /** A GB for a month, Standard class. */
  storageGbMonth: price,
  /** A GB of import files from S3, uncompressed. */
  importGb: price,
});

const priceList = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  /** When they were read. */
  asOf: z.iso.date(),
  /** Where they stand. */
  page: z.url(),
  regions: z.record(z.string(), regionPrices),
});

export type RegionPrices = Readonly<z.infer<typeof regionPrices>>;

/** Prices of DynamoDB by region: what `--prices FILE` holds, as JSON. */
export interface PriceList {
  readonly currency: string;
  readonly asOf: string;
  readonly page: string;
  readonly regions: { readonly [region: string]: RegionPrices };
}

/** The prices that come along. They change: whoever needs others, or other regions, gives a file. */
export const PRICES: PriceList = {
  currency: 'USD',
  asOf: '2026-11-26',
  page: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  regions: {
    'us-east-1': {
      onDemandWriteMillion: 0.625,
      provisionedWriteHour: 0.00065,
      warmWriteUnit: 0.00065,
      storageGbMonth: 0.25,
      importGb: 0.15,
    },
  },
};

/** Throws `TABLE_PRICES` where the file cannot be read or is no price list. */
export async function loadPriceList(file: string): Promise<PriceList> {
  const hint = 'docs/plan.md shows the format: currency, asOf, page, and prices by region.';
  let document: unknown;
  try {
    document = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw tableError('TABLE_PRICES', `${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint,
    });
  }
  const parsed = priceList.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') || 'the document';
  throw tableError('TABLE_PRICES', `${file} is no price list: ${place}: ${issue?.message}`, { hint });
}

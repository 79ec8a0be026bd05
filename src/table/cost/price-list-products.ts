import { z } from 'zod';
import type { RegionPrices } from './prices.js';

/** What is read of a product of the Price List API: docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html */
const product = z.object({
  product: z.object({ attributes: z.object({ usagetype: z.string().optional() }) }),
  terms: z.object({
    OnDemand: z
      .record(
        z.string(),
        z.object({
          priceDimensions: z.record(
            z.string(),
            z.object({
              beginRange: z.string().optional(),
              pricePerUnit: z.record(z.string(), z.string()),
            }),
          ),
        }),
      )
      .optional(),
  }),
});

interface Price {
  readonly currency: string;
  readonly perUnit: number;
}

/**
 * By the usage types of tables of the Standard class, which begin with the code of the region, but for us-east-1:
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-understanding-billing.html
 */
const USAGE = {
  write: /^(?:(?!IA-)[A-Z0-9]+-)?WriteRequestUnits$/,
  writeHour: /^(?:(?!IA-)[A-Z0-9]+-)?WriteCapacityUnit-Hrs$/,
  storage: /^(?:(?!IA-)[A-Z0-9]+-)?TimedStorage-ByteHrs$/,
  importing: /^(?:[A-Z0-9]+-)?ImportDataSize-Bytes$/,
};

/**
 * The prices of one region from its products, each a JSON text. Of prices that go by what is used in a month the last
 * counts: free tiers come first. A text says what is missing or cannot be read.
 */
export function pricesOfProducts(
  products: readonly string[],
): { readonly currency: string; readonly prices: RegionPrices } | string {
  const found = new Map<keyof typeof USAGE, Price>();
  for (const text of products) {
    const parsed = product.safeParse(jsonOf(text));
    if (!parsed.success) return `a product that cannot be read: ${text.slice(0, 200)}`;
    const { usagetype = '' } = parsed.data.product.attributes;
    for (const [what, pattern] of Object.entries(USAGE)) {
      const price = pattern.test(usagetype) ? priceOf(parsed.data) : null;
      if (price !== null) found.set(what as keyof typeof USAGE, price);
    }
  }
  const [write, writeHour, storage, importing] = [
    found.get('write'),
    found.get('writeHour'),
    found.get('storage'),
    found.get('importing'),
  ];
  if (write === undefined) return 'no price of write request units (WriteRequestUnits)';
  if (writeHour === undefined) return 'no price of provisioned write units (WriteCapacityUnit-Hrs)';
  if (storage === undefined) return 'no price of storage (TimedStorage-ByteHrs)';
  if (importing === undefined) return 'no price of an import (ImportDataSize-Bytes)';
  return {
    currency: write.currency,
    prices: {
      onDemandWriteMillion: Number((write.perUnit * 1e6).toPrecision(12)),
      provisionedWriteHour: writeHour.perUnit,
      // Of no usage type of its own: once what a provisioned unit costs for an hour.
      warmWriteUnit: writeHour.perUnit,
      storageGbMonth: storage.perUnit,
      importGb: importing.perUnit,
    },
  };
}

function priceOf({ terms }: z.infer<typeof product>): Price | null {
  const tiers = Object.values(terms.OnDemand ?? {}).flatMap(({ priceDimensions }) =>
    Object.values(priceDimensions),
  );
  const last = tiers.toSorted((a, b) => Number(b.beginRange ?? 0) - Number(a.beginRange ?? 0))[0];
  const [price] = Object.entries(last?.pricePerUnit ?? {});
  if (price === undefined || !(Number(price[1]) >= 0)) return null;
  return { currency: price[0], perUnit: Number(price[1]) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not what the schema wants: the caller says so with the text
  }
}

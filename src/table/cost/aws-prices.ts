import type { GetProductsCommandOutput } from '@aws-sdk/client-pricing';
import { hideSdkNotice } from '../../dynamodb/sdk-notice.js';
import { messageOf } from '../../support/error.js';
import { tableError } from '../errors.js';
import { pricesOfProducts } from './price-list-products.js';
import type { PriceList } from './prices.js';

const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 20_000;
const PAGE = 'https://aws.amazon.com/dynamodb/pricing/';

export interface AwsPricesOptions {
  /** Whose prices are wanted. */
  readonly region: string | null;
  readonly profile?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Today's prices of DynamoDB in a region from the AWS Price List API (`pricing:GetProducts`), which is asked where it is:
 * in us-east-1, for China in cn-northwest-1. Throws `TABLE_PRICES`.
 */
export async function fetchAwsPrices({ region, profile, signal }: AwsPricesOptions): Promise<PriceList> {
  if (region === null) {
    throw tableError('TABLE_PRICES', 'AWS cannot be asked for prices: no region is known', {
      hint: 'Name the region of the table with --region.',
    });
  }
  const products = await productsOf(region, profile, signal);
  if (products.length === 0) {
    throw tableError('TABLE_PRICES', `AWS lists no prices of DynamoDB in ${region}`, {
      hint: 'Look at the spelling of --region; a region that is none has no prices.',
    });
  }
  const found = pricesOfProducts(products);
  if (typeof found === 'string') {
    throw tableError('TABLE_PRICES', `what AWS lists of DynamoDB in ${region} has ${found}`, {
      hint: 'Give the prices with --prices FILE (docs/plan.md shows the format).',
    });
  }
  const { currency, prices } = found;
  return { currency, asOf: new Date().toISOString().slice(0, 10), page: PAGE, regions: { [region]: prices } };
}

async function productsOf(
  region: string,
  profile: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  hideSdkNotice();
  const { GetProductsCommand, PricingClient } = await import('@aws-sdk/client-pricing');
  const client = new PricingClient({
    region: region.startsWith('cn-') ? 'cn-northwest-1' : 'us-east-1',
    ...(profile === undefined ? {} : { profile }),
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
  const products: string[] = [];
  try {
    let after: string | undefined;
    do {
      const page: GetProductsCommandOutput = await client.send(
        new GetProductsCommand({
          ServiceCode: 'AmazonDynamoDB',
          Filters: [{ Type: 'TERM_MATCH', Field: 'regionCode', Value: region }],
          ...(after === undefined ? {} : { NextToken: after }),
        }),
        { abortSignal: signal },
      );
      products.push(...(page.PriceList ?? []).map(String));
      after = page.NextToken;
    } while (after !== undefined && after !== '');
    return products;
  } catch (error) {
    signal.throwIfAborted();
    throw tableError('TABLE_PRICES', `AWS does not say its prices: ${messageOf(error)}`, {
      cause: error,
      hint: hintOf(error instanceof Error ? error.name : ''),
    });
  } finally {
    client.destroy();
  }
}

function hintOf(name: string): string {
  const file = 'or give the prices with --prices FILE (docs/plan.md shows the format)';
  if (name === 'CredentialsProviderError')
    return `It is asked with credentials: name a profile with --profile, ${file}.`;
  if (name.startsWith('AccessDenied'))
    return `Let this user have pricing:GetProducts (it reads prices only), ${file}.`;
  return `Look at the way to api.pricing.us-east-1.amazonaws.com, ${file}.`;
}

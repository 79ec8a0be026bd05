import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Tier {
  readonly from?: string;
  readonly price: string;
}

/** One product as the Price List API answers with it: a JSON text. */
export function priceListProduct(usagetype: string, tiers: readonly Tier[], currency = 'USD'): string {
  const priceDimensions = Object.fromEntries(
    tiers.map(({ from = '0', price }, at) => [
      `SKU.TERM.${at}`,
      { unit: 'Unit', beginRange: from, endRange: 'Inf', pricePerUnit: { [currency]: price } },
    ]),
  );
  return JSON.stringify({
    product: { productFamily: 'Any', sku: 'SKU', attributes: { usagetype, servicecode: 'AmazonDynamoDB' } },
    serviceCode: 'AmazonDynamoDB',
    terms: { OnDemand: { 'SKU.TERM': { sku: 'SKU', offerTermCode: 'TERM', priceDimensions } } },
    version: '20261120000000',
    publicationDate: '2026-11-20T00:00:00Z',
  });
}

/** Those that count, between others, with the code of a region in front; DynamoDB's own free tiers come first. */
export function priceListProducts(code: string): readonly string[] {
  return [
    priceListProduct(`${code}IA-WriteRequestUnits`, [{ price: '0.0000009999' }]),
    priceListProduct(`${code}ReplWriteRequestUnits`, [{ price: '0.0000008888' }]),
    priceListProduct(`${code}WriteRequestUnits`, [{ price: '0.0000007050' }]),
    priceListProduct(`${code}WriteCapacityUnit-Hrs`, [
      { price: '0.0000000000' },
      { from: '18600', price: '0.0007350000' },
    ]),
    priceListProduct(`${code}IA-TimedStorage-ByteHrs`, [{ price: '0.1130' }]),
    priceListProduct(`${code}TimedStorage-ByteHrs`, [{ from: '25', price: '0.2830' }, { price: '0' }]),
    priceListProduct(`${code}ImportDataSize-Bytes`, [{ price: '0.1695' }]),
    priceListProduct(`${code}Streams-RequestsCount`, [{ price: '0.0000002260' }]),
  ];
}

export interface PriceListServer extends AsyncDisposable {
  readonly url: string;
  /** Bodies of GetProducts, in their order. */
  readonly asked: readonly { readonly [name: string]: unknown }[];
}

/** The Price List API: pages of three products for eu-west-1, none for other regions; with `refusal`, that error for all. */
export async function startPriceList(refusal?: { readonly code: string; readonly message: string }) {
  const asked: { readonly [name: string]: unknown }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const question = JSON.parse(body);
      asked.push({ ...question, target: request.headers['x-amz-target'] });
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      if (refusal !== undefined) {
        response.statusCode = 400;
        response.end(JSON.stringify({ __type: refusal.code, message: refusal.message }));
        return;
      }
      const known = question.Filters[0].Value === 'eu-west-1' ? priceListProducts('EU-') : [];
      const from = Number(question.NextToken ?? 0);
      const next = from + 3 < known.length ? { NextToken: String(from + 3) } : {};
      response.end(
        JSON.stringify({ FormatVersion: 'aws_v1', PriceList: known.slice(from, from + 3), ...next }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  } satisfies PriceListServer;
}

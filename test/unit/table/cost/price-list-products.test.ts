import { describe, expect, it } from 'vitest';
import { pricesOfProducts } from '../../../../src/table/cost/price-list-products.js';
import { priceListProduct, priceListProducts } from '../../../support/price-list.js';

describe('prices from the products of a region', () => {
  it.each(['', 'USE1-', 'EU-', 'APS3-'])(
    'are those of the Standard class, behind free tiers (%s)',
    (code) => {
      expect(pricesOfProducts(priceListProducts(code))).toEqual({
        currency: 'USD',
        prices: {
          onDemandWriteMillion: 0.705,
          provisionedWriteHour: 0.000735,
          warmWriteUnit: 0.000735,
          storageGbMonth: 0.283,
          importGb: 0.1695,
        },
      });
    },
  );

  it.each([
    ['WriteRequestUnits', 'no price of write request units'],
    ['WriteCapacityUnit-Hrs', 'no price of provisioned write units'],
    ['TimedStorage-ByteHrs', 'no price of storage'],
    ['ImportDataSize-Bytes', 'no price of an import'],
  ])('says which is missing: %s', (usage, why) => {
    const others = priceListProducts('').filter((text) => !text.includes(`"usagetype":"${usage}"`));
    expect(pricesOfProducts(others)).toContain(why);
  });

  it('has the currency of the list, and no price of a product without terms', () => {
    const yuan = [
      'WriteRequestUnits',
      'WriteCapacityUnit-Hrs',
      'TimedStorage-ByteHrs',
      'ImportDataSize-Bytes',
    ];
    const products = yuan.map((usage) => priceListProduct(usage, [{ price: '1.5' }], 'CNY'));
    expect(pricesOfProducts(products)).toMatchObject({ currency: 'CNY', prices: { storageGbMonth: 1.5 } });
    const bare = JSON.stringify({
      product: { attributes: { usagetype: 'ImportDataSize-Bytes' } },
      terms: {},
    });
    expect(pricesOfProducts([...products.slice(0, 3), bare])).toContain('no price of an import');
  });

  it.each(['not JSON', '{}', '{"product":1,"terms":{}}'])('refuses what is no product: %s', (text) => {
    expect(pricesOfProducts([text])).toBe(`a product that cannot be read: ${text}`);
  });
});

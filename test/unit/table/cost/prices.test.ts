import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPriceList, PRICES } from '../../../../src/table/cost/prices.js';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.js';

describe('a file of prices', () => {
  let folder: TemporaryFolder;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  async function load(text: string) {
    const file = join(folder.path, 'prices.json');
    await writeFile(file, text);
    return loadPriceList(file);
  }

  it('has the form of the prices that come along', async () => {
    expect(await load(JSON.stringify(PRICES))).toEqual(PRICES);
  });

  it.each([
    ['{', /cannot be read: .*JSON/],
    ['[]', /no price list/],
    [JSON.stringify({ ...PRICES, asOf: 'lately' }), /no price list: asOf/],
    [JSON.stringify({ ...PRICES, currency: 'dollars' }), /no price list: currency/],
    [
      JSON.stringify({ ...PRICES, regions: { 'eu-west-1': { onDemandWriteMillion: 0.7 } } }),
      /no price list: regions.eu-west-1/,
    ],
  ])('is refused when it is %s', async (text, message) => {
    await expect(load(text)).rejects.toMatchObject({
      code: 'TABLE_PRICES',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('docs/plan.md'),
    });
  });

  it('that is not there is refused', async () => {
    await expect(loadPriceList(join(folder.path, 'none.json'))).rejects.toMatchObject({
      code: 'TABLE_PRICES',
    });
  });
});

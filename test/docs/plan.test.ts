import { expect, it } from 'vitest';
import { renderCost } from '../../src/cli/render-cost.js';
import { costOf } from '../../src/operations/plan-cost.js';
import { PRICES } from '../../src/table/cost/prices.js';
import { codeBlocks, readPage } from './code-blocks.js';

const BLOCKS = codeBlocks(readPage('docs/plan.md'));

it('the file of prices on the page is that of the prices that come along', () => {
  const [block] = BLOCKS.filter(({ language }) => language === 'json');
  expect(JSON.parse(block?.text ?? '')).toEqual(PRICES);
});

it('the ways to load on the page are those of 100 million rows in four copies of 600 bytes', () => {
  const GB = 1024 ** 3;
  const parts = [
    { index: null, writeUnits: 400e6, hottestUnits: 2_000 },
    { index: 'gsi1', writeUnits: 100e6, hottestUnits: 2_000 },
  ];
  const cost = costOf({ parts, storageBytes: 340 * GB, importBytes: 300 * GB }, { region: 'us-east-1' });
  expect(BLOCKS.find(({ text }) => text.startsWith('Time and cost'))?.text).toBe(renderCost(cost));
});

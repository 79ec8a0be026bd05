import { describe, expect, it } from 'vitest';
import { lineageText, parseLineage } from '../../../src/mapping/lineage.js';

describe('lineage', () => {
  it.each([
    ['orders#42', { table: 'orders', key: ['42'] }],
    ['sales.orders#1#2', { table: 'sales.orders', key: ['1', '2'] }],
    ['my%23table#a%23b#%25', { table: 'my#table', key: ['a#b', '%'] }],
    ['t#', { table: 't', key: [''] }],
    ['t##', { table: 't', key: ['', ''] }],
  ])('%s names its row and is read back', (text, origin) => {
    expect(lineageText(origin)).toBe(text);
    expect(parseLineage(text)).toEqual(origin);
  });
});

import { expect, it } from 'vitest';
import { verify } from '../../../../src/operations/verify/verify.js';
import { memorySource } from '../../../../src/source/memory/source.js';
import { loadText, SHOP } from '../../mapping/shop.js';
import { migrated, OLD, SHOP_ROWS } from '../written-shop.js';

const MAPPING = `${OLD}
accessPatterns:
  customer:
    query: table
    pk: 'CUSTOMER#{customerId}'
    sk: PROFILE
    returns: Customer
    sql: select id from customers where id = {customerId}
`;

it('looks at the tables of the source once, for the patterns and the items', async () => {
  const source = memorySource({
    schema: SHOP,
    tables: SHOP_ROWS,
    select: ({ parameters }) => ({
      columns: [{ name: 'id', exact: true }],
      rows: [...parameters.values()].map(({ text }) => [text]),
    }),
  });
  const sink = await migrated(OLD, source);
  let discovered = 0;
  const counted: typeof source = {
    ...source,
    discover: (...args) => {
      discovered += 1;
      return source.discover(...args);
    },
  };
  const { signal } = new AbortController();
  const report = await verify({ mapping: loadText(MAPPING), source: counted, sink, signal });
  expect(report).toMatchObject({ equal: true, patterns: [{ verdict: 'equal', sets: 2 }] });
  expect(discovered).toBe(1);
});

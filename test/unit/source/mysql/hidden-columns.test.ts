import { expect, test } from 'vitest';
import { columnGrant } from '../../../../src/source/mysql/hidden-columns.js';

test.each([
  ['GRANT SELECT (`id`) ON `shop`.`orders` TO `u`@`%`', { schema: 'shop', name: 'orders' }],
  [
    'GRANT SELECT (`a`, `id`), INSERT, UPDATE (`a`) ON `shop`.`orders` TO `r`',
    { schema: 'shop', name: 'orders' },
  ],
  ['GRANT INSERT, SELECT (a, id) ON shop.orders TO u@localhost', { schema: 'shop', name: 'orders' }],
  [
    'GRANT SELECT (`x) ON ``a``.`) ON `s``p`.`t ON x.y TO z` TO `u`@`%`',
    { schema: 's`p', name: 't ON x.y TO z' },
  ],
  ['GRANT SELECT ON `shop`.`SELECT (` TO `u`@`%`', null],
  ['GRANT SELECT, UPDATE (`a`) ON `shop`.`orders` TO `u`@`%`', null],
  ['GRANT ALL PRIVILEGES ON *.* TO `u`@`%` WITH GRANT OPTION', null],
  ['GRANT `SELECT (`@`%`,`r`@`%` TO `u`@`%`', null],
  ['SET DEFAULT ROLE `r` FOR `u`@`%`', null],
])('%s', (grant, table) => {
  expect(columnGrant(grant)).toEqual(table);
});

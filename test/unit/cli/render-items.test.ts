import { expect, it } from 'vitest';
import { itemTable } from '../../../src/cli/render-items.js';

const lines = [
  {
    key: { placed_at: '2024', customer_id: '42' },
    item: { pk: { S: 'P' }, sk: { S: 'O#1' }, placedAt: { S: '2024' }, note: { S: 'x'.repeat(60) } },
  },
  { key: { placed_at: '2025', customer_id: '42' }, item: { sk: { S: 'O#2' }, gift: { BOOL: true } } },
];
const text = (columns: number | null) => itemTable(lines, ['pk'], 'sk', { columns, colour: false });

it('shows the sort key, what only the key holds, and the attributes', () => {
  expect(text(null)).toMatchInlineSnapshot(`
    "sk   customer_id  placedAt  note                                                          gift
    O#1  42           2024      xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    O#2  42                                                                                   true
    "
  `);
});

it('clips cells on a terminal, and says which columns it has no room for', () => {
  const narrow = text(40);
  expect(narrow).toMatchInlineSnapshot(`
    "sk   customer_id  placedAt
    O#1  42           2024
    O#2  42
    not shown for want of width: note, gift
    "
  `);
  expect(
    Math.max(
      ...narrow
        .split('\n')
        .slice(0, -2)
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(40);
});

it('lists an item alone line by line where its columns do not fit: all of it is seen', () => {
  const alone = (columns: number) => itemTable(lines.slice(0, 1), ['pk'], 'sk', { columns, colour: false });
  expect(alone(30)).toMatchInlineSnapshot(`
    "sk           O#1
    customer_id  42
    placedAt     2024
    note         xxxxxxxxxxxxxxxx…
    "
  `);
  expect(alone(120).split('\n')).toHaveLength(3);
});

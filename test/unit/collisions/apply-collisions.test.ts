import { expect, it } from 'vitest';
import { withoutCollisions } from '../../../src/collisions/apply-collisions.js';
import { CollisionSet } from '../../../src/collisions/collision-set.js';
import type { Item } from '../../../src/item/item.js';
import { type EntityMapper, nothingMapped } from '../../../src/mapping/mapper.js';

function itemOf(copy: string, key: string, id: string): Item {
  return {
    entity: 'User',
    copy,
    key,
    partition: '',
    indexed: [],
    json: '',
    bytes: 0,
    origin: { table: 'users', key: [id] },
  };
}

/** Two copies, each an item with two parts. */
const MAPPER: EntityMapper = {
  entity: 'User',
  copies: ['main', 'byEmail'],
  query: {
    entity: 'User',
    table: { schema: 'main', name: 'users' },
    joins: [],
    columns: [],
    where: null,
    identity: [],
    embeds: [],
    aggregates: [],
  },
  map({ row: [id] }, into) {
    for (const copy of ['main', 'byEmail']) {
      const key = copy === 'main' ? `main ${id}` : 'shared';
      into.items.push(...['', '$1', '$2'].map((part) => itemOf(copy, key + part, String(id))));
    }
  },
};

it.each([
  [null, { items: ['main 1', 'main 1$1', 'main 1$2'], rejects: ['byEmail shared'], skipped: 0 }],
  ['2', { items: ['main 1', 'main 1$1', 'main 1$2'], rejects: [], skipped: 1 }],
  [
    '1',
    {
      items: ['main 1', 'main 1$1', 'main 1$2', 'shared', 'shared$1', 'shared$2'],
      rejects: [],
      skipped: 0,
    },
  ],
])('the parts of an item share its fate, and count once (winner: %s)', (winner, expected) => {
  const set = new CollisionSet(['User.byEmail']);
  const source = (id: string) => ({ entity: 'User', copy: 'byEmail', source: `users#${id}` });
  set.add({
    key: 'shared',
    items: 2,
    sources: [source('1'), source('2')],
    winner: winner === null ? null : source(winner),
    exact: false,
  });
  const into = nothingMapped();
  withoutCollisions(MAPPER, set).map({ row: ['1'], children: [], overflow: false }, into);
  expect({
    items: into.items.map(({ key }) => key),
    rejects: into.rejects.map(({ copy, key }) => `${copy} ${key}`),
    skipped: into.skipped,
  }).toEqual(expected);
});

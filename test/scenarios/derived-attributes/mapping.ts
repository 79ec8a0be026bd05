// Attributes that functions compute: exact values in, checked values out, a reject of the row's items where one fails.
import { defineMapping, derive } from 'tablefold';
import { grossOf } from './gross.js';

export default defineMapping({
  version: 1,
  table: { name: 'scenario', partitionKey: 'pk', sortKey: 'sk' },
  entities: {
    Sale: {
      from: 'sales',
      join: { seller: { via: 'seller_id' } },
      attributes: {
        id: '{id}',
        gross: derive(['net', 'rate'], ({ net, rate }) => grossOf(String(net), String(rate)), {
          as: 'number',
        }),
        seen: derive(
          ['id', 'net', 'big', 'sold_on', 'paid', 'note', 'seller.name'],
          ({ 'seller.name': seller, ...row }) => ({ ...row, seller }),
        ),
        words: derive(['note'], ({ note }) => (note === null ? null : new Set(String(note).split(' ')))),
        twice: derive(['big'], ({ big }) => BigInt(String(big)) * 2n),
        shouting: {
          columns: ['note'],
          derive({ note }) {
            if (note === 'boom') throw new RangeError('no booms');
            return note === 'bad' ? Number.NaN : note;
          },
          nulls: 'null',
        },
        parts: derive(['note'], ({ note }) =>
          note === null ? undefined : [note, { length: String(note).length }],
        ),
      },
      items: {
        main: { key: { pk: 'SALE#{id}', sk: 'SALE' } },
        plain: { key: { pk: 'SALES', sk: '{id}' }, attributes: ['id', 'gross'] },
      },
    },
  },
});

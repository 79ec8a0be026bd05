import { resolveTable } from '../../../src/mapping/resolve/resolve-table.js';
import { migrate } from '../../../src/operations/migrate.js';
import { type MemorySink, memorySink } from '../../../src/sink/memory/memory-sink.js';
import type { Source } from '../../../src/source/source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { changed, loadText } from '../mapping/shop.js';

/** Without `where`, which a source in memory does not understand. */
export const OLD = changed([`    where: "status <> 'DRAFT'"\n`, '']);
export const SHOP_ROWS: { readonly [table: string]: readonly (readonly (string | null)[])[] } = {
  countries: [['IT', 'Italy']],
  customers: [
    ['1', 'Ada@example.com', 'Ada', 'IT', null, null],
    ['2', 'bob@example.com', null, null, '1', null],
  ],
  orders: [
    ['1', '1', '2', 'NEW', '10.50', '2024-01-31 09:30:00+00', 't', null],
    ['2', '1', null, 'PAID', '7.00', '2024-02-01 09:30:00+00', 'f', '{"a": 1}'],
    ['3', '2', '1', 'DRAFT', '1.00', '2024-02-02 09:30:00+00', 'f', null],
  ],
  order_lines: [
    ['1', '1', '1', '2'],
    ['1', '2', '2', '1'],
    ['3', '1', '1', '9'],
  ],
  products: [
    ['1', 'Lamp', '5.00'],
    ['2', 'Chair', '9.00'],
  ],
};

/** The table that a migration of all rows by this mapping writes. */
export async function migrated(text: string, source: Source): Promise<MemorySink> {
  const mapping = loadText(text);
  const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
  await migrate({ mapping, source, sink, state: memoryState(), signal: new AbortController().signal });
  return sink;
}

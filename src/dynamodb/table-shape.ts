import { type IndexKey, type KeyAttribute, keyAttributes } from '../item/key-attribute.js';
import type { Keys, TableDescription } from './table-description.js';

/** The keys that items are written for; those of the table are of type S. A `ResolvedTable` is one. */
export interface TableShape {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly indexes: readonly IndexShape[];
}

export interface IndexShape {
  readonly name: string;
  readonly partitionKey: IndexKey;
  readonly sortKey: IndexKey | null;
  readonly local?: boolean;
}

/** One thing in which a table is not as it should be. */
export interface Difference {
  /** `sort key`, `index gsi1`, `index gsi1 partition key`, … */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly change: Change;
}

/** What it takes to change it: a call on the table as it is, the index dropped and made again, or another table. */
export type Change = 'in place' | 'new index' | 'new table';

/** Where the keys of table and indexes are not those of the shape. Indexes that the shape does not name are fine. */
export function compareKeys(shape: TableShape, table: TableDescription): Difference[] {
  const differences = differentKeys('', shape, table, 'new table');
  for (const wanted of shape.indexes) {
    const index = table.indexes.find(({ name }) => name === wanted.name);
    if (index === undefined) {
      const change = wanted.local === true ? 'new table' : 'in place';
      differences.push({ what: `index ${wanted.name}`, expected: 'an index', found: 'none', change });
    } else {
      const [expected, found] = [wanted.local === true ? 'local' : 'global', index.kind];
      const change = [expected, found].includes('local') ? 'new table' : 'new index';
      if (expected !== found)
        differences.push({ what: `index ${wanted.name} kind`, expected, found, change });
      differences.push(...differentKeys(`index ${wanted.name} `, wanted, index, change));
    }
  }
  return differences;
}

/** `sort key: expected sk (S), found none`. */
export function sayDifference({ what, expected, found }: Difference): string {
  return `${what}: expected ${expected}, found ${found}`;
}

function differentKeys(
  prefix: string,
  wanted: { readonly partitionKey: IndexKey; readonly sortKey: IndexKey | null },
  keys: Keys,
  change: Change,
): Difference[] {
  const pairs = [
    {
      what: `${prefix}partition key`,
      expected: sayKey(keyAttributes(wanted.partitionKey)),
      found: sayKey(keys.partitionKey),
    },
    {
      what: `${prefix}sort key`,
      expected: sayKey(keyAttributes(wanted.sortKey)),
      found: sayKey(keys.sortKey),
    },
  ];
  return pairs.filter(({ expected, found }) => expected !== found).map((pair) => ({ ...pair, change }));
}

function sayKey(attributes: readonly KeyAttribute[]): string {
  return attributes.length === 0
    ? 'none'
    : attributes.map(({ name, type }) => `${name} (${type})`).join(', ');
}

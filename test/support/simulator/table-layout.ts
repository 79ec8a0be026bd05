/** What a table wants to know of an item. */
export interface TableLayout {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string | null;
  readonly indexes: readonly IndexLayout[];
}

export interface IndexLayout {
  readonly name: string;
  /** Every attribute of its key; an item that lacks one is not in the index. */
  readonly partitionKey: readonly string[];
  readonly sortKey: readonly string[];
  /** Attributes beside the keys; null projects all. */
  readonly included: ReadonlySet<string> | null;
}

interface Attribute {
  readonly name: Buffer;
  readonly partitionKey: boolean;
  /** Slots in `hashes` of the index keys it is part of. */
  readonly keyOf: readonly number[];
  /** Indexes that do not project all and hold it. */
  readonly includedIn: readonly number[];
}

interface Prepared {
  readonly attributes: { find(bytes: Buffer, start: number, end: number): Attribute | null };
  readonly indexes: readonly { readonly slots: readonly number[]; readonly all: boolean }[];
  readonly hashes: Float64Array;
  readonly projected: Float64Array;
}

const prepared = new WeakMap<TableLayout, Prepared>();

/** What `scanItem` looks names up in, made once a table. Its arrays are scratch space of one call. */
export function preparedLayout(table: TableLayout): Prepared {
  const known = prepared.get(table);
  if (known !== undefined) return known;
  const made = prepare(table);
  prepared.set(table, made);
  return made;
}

function prepare(table: TableLayout): Prepared {
  let slots = 0;
  const indexes = table.indexes.map(({ partitionKey, sortKey, included }) => {
    const names = [...partitionKey, ...sortKey];
    return { names, included, all: included === null, slots: names.map(() => slots++) };
  });
  const tableKey = [table.partitionKey, ...(table.sortKey === null ? [] : [table.sortKey])];
  const names = new Set([
    ...tableKey,
    ...indexes.flatMap((index) => [...index.names, ...(index.included ?? [])]),
  ]);
  const attributes = [...names].map(
    (name): Attribute => ({
      name: Buffer.from(JSON.stringify(name).slice(1, -1)),
      partitionKey: name === table.partitionKey,
      keyOf: indexes.flatMap((index) => index.slots.filter((_, at) => index.names[at] === name)),
      includedIn: indexes.flatMap((index, at) =>
        !index.all && (index.included?.has(name) || index.names.includes(name) || tableKey.includes(name))
          ? [at]
          : [],
      ),
    }),
  );
  return {
    attributes: {
      find(bytes, start, end) {
        for (const attribute of attributes) {
          const { name } = attribute;
          if (name.length !== end - start || name[0] !== bytes[start]) continue;
          let at = 1;
          while (at < name.length && name[at] === bytes[start + at]) at += 1;
          if (at === name.length) return attribute;
        }
        return null;
      },
    },
    indexes,
    hashes: new Float64Array(slots),
    projected: new Float64Array(indexes.length),
  };
}

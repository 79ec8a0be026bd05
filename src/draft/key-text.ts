import type { AccessPath, KeyParts } from './draft.js';

/** `ORDER#{order_id}#{line_no}`, or the literal alone. */
export function keyText({ literal, columns }: KeyParts): string {
  return [literal, ...columns.map((column) => `{${column}}`)].join('#');
}

/** Behind a key whose values are spread; '' where they are not. */
export function shardText(shards: number, identity: readonly string[]): string {
  return shards > 1 ? `#{${identity.at(-1)} | shard(${shards})}` : '';
}

/** The partition key of an index: of a parent's rows `CUSTOMER#{customer_id}`, else `ORDER_BY_STATUS#{status}`. */
export function pathKey({ of, columns, why, shards }: AccessPath): string {
  return keyText(pathParts({ of, columns, why })) + shardText(shards, of.identity);
}

export function pathParts({ of, columns, why }: Pick<AccessPath, 'of' | 'columns' | 'why'>): KeyParts {
  if (why.kind === 'foreignKey' && why.parent !== null) {
    const { key, parent } = why;
    const inOrder = parent.identity.map(
      (column) => key.columns[key.references.columns.indexOf(column)] ?? column,
    );
    return { literal: parent.prefix, columns: inOrder };
  }
  const name = columns.map((column) => column.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase()).join('_');
  return { literal: `${of.prefix}_BY_${name}`, columns };
}

/** The sort key of an index: which entity, in which order, and what tells rows apart. */
export function pathSort({ of, columns, order, unique }: AccessPath): KeyParts {
  if (unique) return { literal: of.prefix, columns: [] };
  const rest = of.identity.filter((column) => !order.includes(column) && !columns.includes(column));
  return { literal: of.prefix, columns: [...order, ...rest] };
}

import { readYaml } from '../../../src/mapping/document/read-yaml.js';
import { validateDocument } from '../../../src/mapping/document/validate-document.js';
import { MappingInvalid } from '../../../src/mapping/errors.js';
import type { LoadedMapping } from '../../../src/mapping/load-mapping.js';
import { placeProblems } from '../../../src/mapping/problem.js';
import type {
  Column,
  ColumnType,
  ForeignKey,
  SourceSchema,
  TableSchema,
} from '../../../src/source/source-schema.js';

const TYPES = {
  bigint: { kind: 'integer', bits: 64, unsigned: false },
  int: { kind: 'integer', bits: 32, unsigned: false },
  text: { kind: 'text', maxLength: null, padded: false },
  numeric: { kind: 'decimal', precision: 12, scale: 2 },
  boolean: { kind: 'boolean' },
  timestamptz: { kind: 'timestamp', zone: true },
  uuid: { kind: 'uuid' },
  jsonb: { kind: 'json' },
  bytea: { kind: 'bytes', maxLength: null },
  money: { kind: 'undecided', why: 'its text depends on the locale' },
  status: { kind: 'enum', labels: ['DRAFT', 'NEW', 'PAID'] },
} as const satisfies { readonly [name: string]: ColumnType };

type TypeName = keyof typeof TYPES;

interface Keys {
  readonly schema?: string;
  readonly kind?: TableSchema['kind'];
  readonly primary?: readonly string[] | null;
  readonly unique?: readonly (readonly string[])[];
  /** `customer_id` or `a, b` → table and its columns. */
  readonly references?: { readonly [columns: string]: readonly [table: string, ...columns: string[]] };
  readonly indexes?: readonly (readonly string[])[];
}

/** `table('orders', { id: 'bigint', note: 'text?' })`: a question mark lets NULL in; the key is `id`. */
export function table(
  name: string,
  columns: { readonly [column: string]: TypeName | `${TypeName}?` },
  keys: Keys = {},
): TableSchema {
  const {
    schema = 'public',
    kind = 'table',
    primary = ['id'],
    unique = [],
    references = {},
    indexes = [],
  } = keys;
  return {
    schema,
    name,
    kind,
    columns: Object.entries(columns).map(([column, type]): Column => {
      const nativeType = type.replace('?', '');
      const described = { nativeType, type: TYPES[nativeType as TypeName], generated: false };
      return { name: column, ...described, nullable: type.endsWith('?') };
    }),
    primaryKey: primary,
    uniqueKeys: unique.map((key) => ({ name: `${name}_${key.join('_')}_key`, columns: key })),
    foreignKeys: Object.entries(references).map(
      ([local, [parent, ...remote]]): ForeignKey => ({
        name: `${name}_${local}_fkey`,
        columns: local.split(', '),
        references: { schema: 'public', name: parent, columns: remote },
      }),
    ),
    indexes: [...(primary === null ? [] : [primary]), ...unique, ...indexes],
    estimatedRows: null,
  };
}

/** A small shop with one of everything that joins and embeds can meet. */
export const SHOP: SourceSchema = {
  dialect: 'postgres',
  defaultSchema: 'public',
  tables: [
    table('countries', { code: 'text', name: 'text' }, { primary: ['code'] }),
    table(
      'customers',
      {
        id: 'bigint',
        email: 'text',
        name: 'text?',
        country_code: 'text?',
        referrer_id: 'bigint?',
        secret: 'bytea?',
      },
      {
        unique: [['email']],
        references: { country_code: ['countries', 'code'], referrer_id: ['customers', 'id'] },
      },
    ),
    table(
      'orders',
      {
        id: 'bigint',
        customer_id: 'int',
        payer_id: 'int?',
        status: 'status',
        total: 'numeric',
        placed_at: 'timestamptz',
        gift: 'boolean',
        details: 'jsonb?',
      },
      {
        references: { customer_id: ['customers', 'id'], payer_id: ['customers', 'id'] },
        indexes: [['customer_id']],
      },
    ),
    table(
      'order_lines',
      { order_id: 'bigint', line_no: 'int', product_id: 'bigint', quantity: 'int' },
      {
        primary: ['order_id', 'line_no'],
        references: { order_id: ['orders', 'id'], product_id: ['products', 'id'] },
      },
    ),
    table(
      'shipments',
      { id: 'bigint', order_id: 'bigint', line_no: 'int?' },
      {
        references: { 'order_id, line_no': ['order_lines', 'order_id', 'line_no'] },
      },
    ),
    table('products', { id: 'bigint', name: 'text', price: 'numeric' }),
    table('tags', { id: 'bigint', name: 'text' }),
    table(
      'product_tags',
      { product_id: 'bigint', tag_id: 'bigint' },
      {
        primary: ['product_id', 'tag_id'],
        references: { product_id: ['products', 'id'], tag_id: ['tags', 'id'] },
      },
    ),
    table('events', { at: 'timestamptz', body: 'jsonb', kind: 'text?' }, { primary: null }),
    table('totals', { customer: 'bigint?', amount: 'money?' }, { primary: null, kind: 'view' }),
    table(
      'invoices',
      { id: 'bigint', pk: 'text', customer_Id: 'text', customer_id: 'text' },
      { schema: 'sales' },
    ),
  ],
};

export const DOCUMENT = `version: 1
table:
  name: shop
  partitionKey: pk
  sortKey: sk
  indexes:
    gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk }
entities:
  Customer:
    from: customers
    items:
      profile:
        key: { pk: 'CUSTOMER#{id}', sk: PROFILE }
        indexes:
          gsi1: { pk: 'EMAIL#{email | lower}', sk: CUSTOMER }
  Order:
    from: orders
    where: "status <> 'DRAFT'"
    join:
      country: { via: customer.country_code, attributes: [name] }
      customer: { via: customer_id }
    embed:
      lines:
        from: order_lines
        orderBy: line_no desc
        attributes: [line_no, quantity]
        join: { product: { via: product_id, attributes: [name] } }
    attributes:
      '*': true
      customerName: '{customer.name}'
      lineCount: { count: lines }
      totalCents: { column: total, as: cents }
    items:
      byCustomer:
        key: { pk: 'CUSTOMER#{customer_id}', sk: 'ORDER#{placed_at}#{id}' }
      open:
        when: { column: status, in: [NEW, PAID] }
        key: { pk: 'PAYER#{payer_id}', sk: 'OPEN#{total | desc}#{id}' }
        whenNull: skip
        attributes: [id, total, customerName]
`;

/** A document as `loadMapping` would load it from \`shop.yaml\`. Throws what is wrong with its shape. */
export function loadText(text: string): LoadedMapping {
  const { document, locate, problems } = readYaml(text, 'shop.yaml');
  const validation = validateDocument(document);
  const all = [...problems, ...placeProblems(validation.problems, locate)];
  if (validation.mapping === null) throw new MappingInvalid('shop.yaml', all);
  return { mapping: validation.mapping, file: 'shop.yaml', digest: 'none', place: locate };
}

/** `DOCUMENT` with one text in it replaced; there must be exactly one. */
export function changed(...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((text, [from, to]) => {
    const parts = text.split(from);
    if (parts.length !== 2) throw new Error(`${from} is ${parts.length - 1} times in the document`);
    return parts.join(to);
  }, DOCUMENT);
}

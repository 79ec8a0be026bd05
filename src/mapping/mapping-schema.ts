import { z } from 'zod';
import { LIMITS } from '../item/limits.js';
import type { Condition, EmbedMapping } from './mapping.js';
import { WARNING_CODES } from './problem-codes.js';

/**
 * The one source for the validation of a mapping and for `mapping.schema.json`. Strict: a key that is not
 * named here is an error. `mapping.ts` holds the same shape as types; a test keeps the two equal.
 */

/**
 * A map with these keys and no others. Zod's own message for unknown keys does not say which ones are
 * known, and `validate-document.ts` needs them for "did you mean": so they are the message.
 */
function map<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
  });
}

/** A map from names that the user chooses. The JSON Schema cannot see through `refine`, hence `meta`. */
function named<Value extends z.ZodType>(names: z.ZodString, value: Value) {
  return z
    .record(names, value)
    .refine((entries) => Object.keys(entries).length > 0, 'it is empty')
    .meta({ minProperties: 1 });
}

const text = z.string().min(1);
const texts = z.array(text).min(1);
const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'a name starts with a letter and goes on with letters, digits, _ and -');

/** Names of tables and indexes, docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const tableName = z
  .string()
  .regex(
    new RegExp(`^[A-Za-z0-9_.-]{${LIMITS.tableNameMin},${LIMITS.tableNameMax}}$`),
    `a table or index name has ${LIMITS.tableNameMin} to ${LIMITS.tableNameMax} letters, digits, _, - and .`,
  );

const template = text.meta({ examples: ['CUSTOMER#{customer_id}', 'ORDER#{created_at}#{id}'] });
const nulls = z
  .enum(['omit', 'null'])
  .describe('What NULL becomes: no attribute, or the NULL type. Default: omit.');
const zeroDate = z
  .enum(['reject', 'omit'])
  .describe("What MySQL's 0000-00-00 does: reject the item, or leave the attribute off. Default: reject.");

const oversize = z
  .enum(['reject', 'gzip', 'split'])
  .describe(
    'What an item over 400 KB becomes: a reject, an item with compressed attributes, or several items. Default: reject.',
  );

const indexAttribute = z.union([
  text,
  map({
    attribute: text.describe('Final name of an attribute.'),
    type: z.enum(['S', 'N', 'B']).describe('Its type.'),
  }),
]);
/** Four attributes: docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html */
const indexKey = z.union([text, z.array(indexAttribute).min(1).max(LIMITS.indexKeyAttributes)]);

const indexDesign = map({
  partitionKey: indexKey
    .describe('Attribute (S) that copies fill from a template, or a list of attributes that items have.')
    .exactOptional(),
  sortKey: indexKey
    .describe('Attribute (S) that copies fill from a template, or a list of attributes that items have.')
    .exactOptional(),
  local: z
    .boolean()
    .describe("A local secondary index: the table's partition key with another sort key.")
    .exactOptional(),
  projection: z
    .union([
      z.enum(['all', 'keysOnly']),
      map({ include: texts.describe('Attributes projected besides the keys.') }),
    ])
    .describe('What the index holds of an item. Default: all.')
    .exactOptional(),
}).describe('A secondary index.');

const table = map({
  name: tableName.describe('Name of the DynamoDB table; --table overrides it.'),
  partitionKey: text.describe(
    'Attribute (S) that holds the partition key, such as pk: every entity reuses it.',
  ),
  sortKey: text.describe('Attribute (S) that holds the sort key, such as sk.'),
  indexes: named(tableName, indexDesign).describe('Secondary indexes, by name.').exactOptional(),
  timeToLive: map({ attribute: text.describe('Attribute (N) with the second since 1970 when it expires.') })
    .describe('When items expire.')
    .exactOptional(),
  entityAttribute: text
    .describe("Attribute with the entity's name on every item. Default: _type.")
    .exactOptional(),
  lineageAttribute: text
    .describe('Attribute with the source key an item was made from (orders#42). Default: _src.')
    .exactOptional(),
}).describe('The DynamoDB table that the items go to.');

const defaults = map({
  attributeNames: z
    .enum(['camelCase', 'asIs'])
    .describe('How column names become attribute names. Default: camelCase.')
    .exactOptional(),
  nulls: nulls.exactOptional(),
  zeroDate: zeroDate.exactOptional(),
  oversize: oversize.exactOptional(),
  keyEscape: z
    .enum(['percent', 'reject'])
    .describe('Text that a key has to escape: %20, or a reject. Default: percent.')
    .exactOptional(),
}).describe('What holds where an entity or an attribute says nothing else.');

const via = z
  .union([text, texts])
  .describe(
    'Foreign key column, customer_id or customer.country_id (through another join), or a list of them.',
  );
const columnPairs = named(text, text);

const join = map({
  via: via.exactOptional(),
  to: text.describe('Parent table, with "on": for keys that the schema does not declare.').exactOptional(),
  on: columnPairs.describe('Local column: column of the parent table.').exactOptional(),
  attributes: texts
    .describe('Columns of the parent that become attributes, named <join><Column>.')
    .exactOptional(),
}).describe('A parent row (many-to-one) whose columns are brought in.');
const joins = named(name, join).describe('Parents brought in, by name.');

const attributeType = z
  .enum(['string', 'number', 'boolean', 'epochSeconds', 'epochMillis', 'cents', 'uuid', 'set'])
  .describe("The attribute's type, where it is not the column's default.");

const childColumn = text.describe('embed.column, such as lines.quantity. NULLs are ignored.');

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const attribute = z.union([
  template.describe('A template: {customer.name} keeps the type, anything longer is a string.'),
  z.literal(true).describe("Only for '*': every column of the root table."),
  map({
    column: text.describe('A column, or join.column.'),
    as: attributeType.exactOptional(),
    nulls: nulls.exactOptional(),
    zeroDate: zeroDate.exactOptional(),
  }).describe('A column with another type or another policy.'),
  map({
    value: scalar.describe('Text, number or boolean.'),
    as: z.literal('number').describe('Digits in quotes become N, exactly.').exactOptional(),
  }).describe('A constant: the same on every item.'),
  map({ count: text.describe('Name of an embed.') }).describe('How many children an embed has.'),
  map({ sum: childColumn }).describe('The exact sum of a column of integers or decimals, over all children.'),
  map({ min: childColumn }).describe('The least number, date or time of a column, over all children.'),
  map({ max: childColumn }).describe('The greatest number, date or time of a column, over all children.'),
]);

const attributes = z.union([
  z.array(text).describe('Columns of the table.'),
  z.record(text, attribute).describe("Attribute name: what it holds. '*': true takes every column."),
]);

const embedShape = z.union([
  z.enum(['list', 'one']),
  map({
    mapBy: text.describe('Column (or join.column) whose value is the key of each child.'),
    value: text.describe('Column whose value stands there instead of the whole child.').exactOptional(),
  }),
  map({ listOf: text.describe('Column whose values make the list.') }),
  map({ setOf: text.describe('Column whose values make the set: texts, numbers or bytes.') }),
]);

const embed: z.ZodType<EmbedMapping> = z
  .lazy(() =>
    map({
      from: text.describe('Child table.'),
      via: via
        .describe("The child's (or the link table's) foreign key to the parent, where there are several.")
        .exactOptional(),
      on: columnPairs
        .describe('For keys that the schema does not declare: child column: parent column.')
        .exactOptional(),
      through: text.describe('Link table of a many-to-many relation.').exactOptional(),
      where: text.describe("SQL of the source over the child's columns.").exactOptional(),
      orderBy: z
        .union([text, texts])
        .describe("line_no, created_at desc, or a list of them; the child's key breaks ties.")
        .exactOptional(),
      limit: z
        .int()
        .positive()
        .describe('Only so many children of each parent, the first by orderBy. Counts and sums are of all.')
        .exactOptional(),
      as: embedShape.describe('How the children are held. Default: list.').exactOptional(),
      attributes: attributes
        .describe('What is held of a child. Default: every column but the key to the parent.')
        .exactOptional(),
      join: joins.exactOptional(),
      embed: named(name, embed).describe("The children's own children, by name.").exactOptional(),
    }),
  )
  .describe('Children (one-to-many, many-to-many) held inside the item, or inside another child.');

const [above, from] = [scalar.describe('Above this.'), scalar.describe('From this on.')];
const [below, upTo] = [scalar.describe('Below this.'), scalar.describe('Up to this.')];
const conditionColumn = text.describe('A column, or join.column.');
const condition: z.ZodType<Condition> = z
  .lazy(() =>
    z.union([
      map({
        column: conditionColumn,
        in: z.array(scalar).min(1).describe('One of these. NULL is none of them.'),
      }),
      map({ column: conditionColumn, equals: scalar.describe('This value. NULL is equal to nothing.') }),
      map({ column: conditionColumn, isNull: z.boolean().describe('true: is NULL; false: is not.') }),
      map({ column: conditionColumn, gt: above, lt: below.exactOptional(), lte: upTo.exactOptional() }),
      map({ column: conditionColumn, gte: from, lt: below.exactOptional(), lte: upTo.exactOptional() }),
      map({ column: conditionColumn, lt: below }),
      map({ column: conditionColumn, lte: upTo }),
      map({ all: z.array(condition).min(1).describe('Every one of these is true.') }),
      map({ any: z.array(condition).min(1).describe('At least one of these is true.') }),
      map({ not: condition }),
    ]),
  )
  .describe('A test on the row: only rows that match get this copy.');

const copy = map({
  key: map({
    pk: template.describe("Template of the partition key's value, whatever the table calls the attribute."),
    sk: template.describe("Template of the sort key's value."),
  }).describe('The item key.'),
  indexes: named(
    tableName,
    map({
      pk: template
        .describe("Template of the index's partition key value; a local index has none.")
        .exactOptional(),
      sk: template.describe("Template of the index's sort key value.").exactOptional(),
    }),
  )
    .describe('Key values in the indexes that this copy is in, by index.')
    .exactOptional(),
  when: condition.exactOptional(),
  whenNull: z
    .enum(['reject', 'skip'])
    .describe('What NULL in the item key does: reject the item, or leave this copy out. Default: reject.')
    .exactOptional(),
  collisions: z
    .union([
      z.literal('reject'),
      map({ lastBy: text.describe('Column whose greatest value is kept; of equals, the last source key.') }),
    ])
    .describe('What rows that make one key become: all are rejected, or the last by a column is kept.')
    .exactOptional(),
  attributes: z
    .array(text)
    .describe("Names of the entity's attributes that this copy holds. Default: all.")
    .exactOptional(),
}).describe('One of the items that a row becomes.');

const entity = map({
  from: text.describe('Root table: orders or sales.orders. Each of its rows is one entity.'),
  identifiedBy: texts
    .describe('Columns that identify a row, where the table has no primary key.')
    .exactOptional(),
  where: text.describe("SQL of the source over the root's columns, passed through.").exactOptional(),
  join: joins.exactOptional(),
  embed: named(name, embed).describe('Children held inside the item, by attribute name.').exactOptional(),
  attributes: attributes
    .describe('Default: every column. Embeds, and joins with attributes, are always there.')
    .exactOptional(),
  oversize: oversize.exactOptional(),
  items: named(name, copy).describe('The copies, by name; the first is the primary one.'),
}).describe('A kind of thing, rooted in one source table.');

const accessPattern = map({
  query: text.describe('table, or the name of an index.'),
  pk: template.describe("Template of the partition key; its placeholders are the pattern's parameters."),
  sk: z
    .union([
      template,
      map({ beginsWith: template.describe('What the sort key begins with.') }),
      map({
        between: z.tuple([template, template]).describe('The first and the last value, both included.'),
      }),
      map({
        gt: template.describe('Above this.').exactOptional(),
        gte: template.describe('From this on.').exactOptional(),
        lt: template.describe('Below this.').exactOptional(),
        lte: template.describe('Up to this.').exactOptional(),
      }),
    ])
    .describe('The sort key, what it begins with, or the range it lies in.')
    .exactOptional(),
  descending: z.boolean().describe('From the last sort key to the first. Default: false.').exactOptional(),
  limit: z.int().positive().describe('At most so many items.').exactOptional(),
  returns: text.describe('The entity it returns.').exactOptional(),
  sql: text.describe('The same question to the source, for verify.').exactOptional(),
}).describe('A query that the application makes.');

const warningCode = z.enum(WARNING_CODES).describe('Code of a warning; docs/problems.md lists them.');
const checkRules = map({
  ignore: z
    .array(
      z.union([
        warningCode,
        map({
          code: warningCode,
          at: text.describe('Only at and below this place, such as entities.Order.items.byStatus.'),
        }),
      ]),
    )
    .describe('Warnings that check does not show: a code, or a code at a place.')
    .exactOptional(),
}).describe('What check is not to say. It changes nothing in what is migrated.');

export const mappingSchema = map({
  version: z.literal(1).describe('Version of the mapping language.'),
  table,
  defaults: defaults.exactOptional(),
  entities: named(name, entity).describe('What is migrated, by entity name.'),
  accessPatterns: named(name, accessPattern).describe('Queries, by name.').exactOptional(),
  check: checkRules.exactOptional(),
});

/** The JSON Schema (draft 7, which editors know best) that is published as `mapping.schema.json`. */
export function mappingJsonSchema(): object {
  return {
    ...z.toJSONSchema(mappingSchema, { target: 'draft-07', io: 'input' }),
    title: 'tablefold mapping',
    description: 'How tables become items of one DynamoDB table.',
  };
}

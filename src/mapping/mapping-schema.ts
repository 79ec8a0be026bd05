import { z } from 'zod';
import { WARNING_CODES } from './problem-codes.js';
import { accessPattern } from './schema/access-pattern-schema.js';
import { attributes } from './schema/attribute-schema.js';
import { copy } from './schema/copy-schema.js';
import { embed, joins } from './schema/relation-schema.js';
import { table } from './schema/table-schema.js';
import { map, name, named, nulls, oversize, text, texts, zeroDate } from './schema/words.js';

/**
 * The one source for the validation of a mapping and for `mapping.schema.json`. Strict: a key that is not
 * named here is an error. `mapping.ts` holds the same shape as types; a test keeps the two equal.
 */

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

const entity = map({
  from: text.describe('Root table: orders or sales.orders. Each of its rows is one entity.'),
  groupBy: z
    .array(text)
    .describe(
      'Rows with equal values in these columns are one item, such as a counter; an empty list: all rows are one.',
    )
    .exactOptional(),
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
    ...z.toJSONSchema(mappingSchema, { target: 'draft-07', io: 'input', unrepresentable: 'any' }),
    title: 'tablefold mapping',
    description: 'How tables become items of one DynamoDB table.',
  };
}

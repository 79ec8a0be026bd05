import { z } from 'zod';
import type { Condition } from '../mapping.js';
import { attributes } from './attribute-schema.js';
import { map, named, scalar, tableName, template, text } from './words.js';

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

export const copy = map({
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
  attributes: attributes
    .describe(
      "Names of the entity's attributes that this copy holds, or a map: '*': true is all of them, name: true one, anything else is made for this copy. Default: all.",
    )
    .exactOptional(),
}).describe('One of the items that a row becomes.');

import { z } from 'zod';
import type { EmbedMapping } from '../mapping.js';
import { attributes } from './attribute-schema.js';
import { map, name, named, text, texts } from './words.js';

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
export const joins = named(name, join).describe('Parents brought in, by name.');

const embedShape = z.union([
  z.enum(['list', 'one']),
  map({
    mapBy: text.describe('Column (or join.column) whose value is the key of each child.'),
    value: text.describe('Column whose value stands there instead of the whole child.').exactOptional(),
  }),
  map({ listOf: text.describe('Column whose values make the list.') }),
  map({ setOf: text.describe('Column whose values make the set: texts, numbers or bytes.') }),
]);

export const embed: z.ZodType<EmbedMapping> = z
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

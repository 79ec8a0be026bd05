import { z } from 'zod';
import { map, template, text } from './words.js';

const condition = z.union([
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
]);

export const accessPattern = map({
  query: text.describe('table, or the name of an index.'),
  pk: z
    .union([template, z.array(template).min(1)])
    .describe(
      "Template of the partition key; its placeholders are the pattern's parameters. Of an index over attributes: a value or one {parameter} for each.",
    ),
  sk: z
    .union([condition, z.array(condition).min(1)])
    .describe(
      'The sort key, what it begins with, or the range it lies in. Of an index over attributes: of each in turn, a range only of the last.',
    )
    .exactOptional(),
  descending: z.boolean().describe('From the last sort key to the first. Default: false.').exactOptional(),
  limit: z.int().positive().describe('At most so many items.').exactOptional(),
  returns: text.describe('The entity it returns.').exactOptional(),
  sql: text.describe('The same question to the source, for verify.').exactOptional(),
}).describe('A query that the application makes.');

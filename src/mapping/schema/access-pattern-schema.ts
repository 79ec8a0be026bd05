import { z } from 'zod';
import { map, template, text } from './words.js';

export const accessPattern = map({
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

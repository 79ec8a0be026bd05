import { z } from 'zod';
import { LIMITS } from '../../item/limits.js';

/**
 * A map with these keys and no others. Zod's own message for unknown keys does not say which ones are
 * known, and `validate-document.ts` needs them for "did you mean": so they are the message.
 */
export function map<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
  });
}

/** A map from names that the user chooses. The JSON Schema cannot see through `refine`, hence `meta`. */
export function named<Value extends z.ZodType>(names: z.ZodString, value: Value) {
  return z
    .record(names, value)
    .refine((entries) => Object.keys(entries).length > 0, 'it is empty')
    .meta({ minProperties: 1 });
}

/** Why `derive` is refused in a mapping that is data; `validate-document.ts` tells it from an empty map by this. */
export const DERIVE_IN_DATA =
  'derive is a function, which only a mapping in TypeScript or JavaScript can hold';

export const text = z.string().min(1);
export const texts = z.array(text).min(1);
export const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'a name starts with a letter and goes on with letters, digits, _ and -');

/** Names of tables and indexes, docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
export const tableName = z
  .string()
  .regex(
    new RegExp(`^[A-Za-z0-9_.-]{${LIMITS.tableNameMin},${LIMITS.tableNameMax}}$`),
    `a table or index name has ${LIMITS.tableNameMin} to ${LIMITS.tableNameMax} letters, digits, _, - and .`,
  );

export const template = text.meta({ examples: ['CUSTOMER#{customer_id}', 'ORDER#{created_at}#{id}'] });
export const nulls = z
  .enum(['omit', 'null'])
  .describe('What NULL becomes: no attribute, or the NULL type. Default: omit.');
export const zeroDate = z
  .enum(['reject', 'omit'])
  .describe("What MySQL's 0000-00-00 does: reject the item, or leave the attribute off. Default: reject.");

export const oversize = z
  .enum(['reject', 'gzip', 'split'])
  .describe(
    'What an item over 400 KB becomes: a reject, an item with compressed attributes, or several items. Default: reject.',
  );

export const scalar = z.union([z.string(), z.number(), z.boolean()]);

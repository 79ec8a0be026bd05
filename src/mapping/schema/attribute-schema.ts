import { z } from 'zod';
import type { DerivedAttribute } from '../derive.js';
import { DERIVE_IN_DATA, map, nulls, scalar, template, text, texts, zeroDate } from './words.js';

const attributeType = z
  .enum(['string', 'number', 'boolean', 'epochSeconds', 'epochMillis', 'cents', 'uuid', 'set'])
  .describe("The attribute's type, where it is not the column's default.");

const childColumn = text.describe(
  'embed.column, such as lines.quantity; with groupBy, a column of the table. NULLs are ignored.',
);

export const attribute = z.union([
  template.describe('A template: {customer.name} keeps the type, anything longer is a string.'),
  z
    .literal(true)
    .describe(
      "'*': true is every column (in a copy: every attribute); in a copy, name: true is the entity's attribute.",
    ),
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
  map({
    columns: texts.describe('Columns, and join.columns, that the function reads.'),
    // No JSON is a function: an editor marks the key in YAML.
    derive: z
      .custom<DerivedAttribute['derive']>((value) => typeof value === 'function', DERIVE_IN_DATA)
      .meta({ not: {}, description: 'The function: only in a mapping that is TypeScript or JavaScript.' }),
    as: z
      .enum(['string', 'number'])
      .describe('What the function must return; digits in a text are a number.')
      .exactOptional(),
    nulls: nulls.exactOptional(),
  }).describe('What a function makes of columns, in TypeScript.'),
  map({ count: text.describe('Name of an embed; with groupBy, *.') }).describe(
    'How many children an embed has, or rows a group.',
  ),
  map({ sum: childColumn }).describe('The exact sum of a column of integers or decimals, over all children.'),
  map({ min: childColumn }).describe('The least number, date or time of a column, over all children.'),
  map({ max: childColumn }).describe('The greatest number, date or time of a column, over all children.'),
]);

export const attributes = z.union([
  z.array(text).describe('Columns of the table; in a copy, attributes of the entity.'),
  z.record(text, attribute).describe("Attribute name: what it holds. '*': true takes every column."),
]);

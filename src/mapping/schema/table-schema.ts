import { z } from 'zod';
import { LIMITS } from '../../item/limits.js';
import { map, named, tableName, text, texts } from './words.js';

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

export const table = map({
  name: tableName.describe('Name of the DynamoDB table; --table overrides it.'),
  partitionKey: text.describe(
    'Attribute (S) that holds the partition key, such as pk: every entity reuses it.',
  ),
  sortKey: text.describe('Attribute (S) that holds the sort key, such as sk.'),
  indexes: named(tableName, indexDesign).describe('Secondary indexes, by name.').exactOptional(),
  timeToLive: map({
    attribute: text.describe('Attribute (N) with the second since 1970 when it expires.'),
    expired: z
      .enum(['skip', 'write'])
      .describe('Items whose time is past when the run begins: left out, or written. Default: write.')
      .exactOptional(),
  })
    .describe('When items expire.')
    .exactOptional(),
  entityAttribute: text
    .describe("Attribute with the entity's name on every item. Default: _type.")
    .exactOptional(),
  lineageAttribute: text
    .describe('Attribute with the source key an item was made from (orders#42). Default: _src.')
    .exactOptional(),
}).describe('The DynamoDB table that the items go to.');

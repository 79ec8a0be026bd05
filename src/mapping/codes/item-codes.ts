import { error, forecast, warning } from './code.js';

/** Attributes and conditions. */
export const ATTRIBUTE_CODES = {
  ATTRIBUTE_CLASH: error(
    'two things would be one attribute',
    'Give one of them another name.',
    "placedAt: '{name}'",
  ),
  ATTRIBUTE_STAR: error("true goes with '*' only", "'*': true, or name: '{column}'.", 'gift: true'),
  COLUMN_TYPE: error(
    'the column cannot be held so',
    'as: … with one that its type has.',
    '{ column: name, as: cents }',
  ),
  COLUMN_UNDECIDED: error(
    'the text of the type depends on settings',
    '{ column: amount, as: string }',
    "'{amount}'",
  ),
  COLUMN_UNUSED: warning(
    'nothing takes these columns of the root',
    "Add them, or '*': true for all.",
    'attributes: [id]',
  ),
  CONSTANT_NUMBER: error(
    'the constant is no number of DynamoDB, or not exact',
    'Digits in quotes, at most 38.',
    '{ value: 1e200 }',
  ),
  CONDITION_RANGE: error(
    'the column has no order that is the same everywhere',
    'Compare in where, or use in.',
    '{ column: gift, gt: true }',
  ),
  CONDITION_VALUE: error(
    'the column never holds this value',
    'Take one that its type has.',
    '{ column: status, in: [PAYED] }',
  ),
  PRIMARY_INCOMPLETE: warning(
    'the first copy leaves attributes out, which may then be on no item',
    'Put the whole copy first.',
    'attributes: [id]',
  ),
  TIME_TO_LIVE_TYPE: error(
    'time to live is not N in whole seconds',
    'as: epochSeconds',
    'timeToLive: { attribute: placedAt }',
  ),
  UNKNOWN_ATTRIBUTE: error(
    'no entity, or not this one, has the attribute',
    'Take its final name.',
    'attributes: [placed_at]',
  ),
  ITEM_LARGE: forecast(
    'items that are large on average, or columns wide enough for over 400 KB',
    'Take the column out, or oversize: gzip or split.',
    "'*': true, with a text of 200 KB",
  ),
  EMBED_TOO_LARGE: forecast(
    'the children of one parent are over 400 KB',
    'Make them an entity with the same partition key.',
    'embed: { orders: … }',
  ),
  PARENT_FAN_OUT: forecast(
    'a change of one parent rewrites 100 items and more',
    'Keep only what never changes, or leave it out of copies.',
    "customerName: '{customer.name}'",
  ),
} as const;

/** Keys of the table and of indexes. */
export const KEY_CODES = {
  TEMPLATE_SYNTAX: error('a template cannot be read', 'Close the brace; double literal ones.', "'ORDER#{id'"),
  TEMPLATE_LITERAL: error(
    'a key has a $, which marks the end of a range',
    'Take another character.',
    "'USD$#{id}'",
  ),
  TEMPLATE_SEPARATOR: error(
    'nothing ends a part of variable width',
    'Put # behind the placeholder.',
    "'{name}{id}'",
  ),
  TRANSFORM_ARGUMENTS: error(
    'the arguments are not those of the transform',
    'Write them as docs/transforms.md does.',
    '{id | shard}',
  ),
  TRANSFORM_KEYS_ONLY: error(
    'the transform means nothing in an attribute',
    'Leave it out.',
    "note: '{total | desc}'",
  ),
  TRANSFORM_TYPE: error('the transform does not take such a value', 'Take one that does.', '{id | lower}'),
  UNKNOWN_TRANSFORM: error('there is no such transform', 'Take the near name.', '{total | dsc}'),
  KEY_TYPE: error('the type has no place in a key', 'Use another column.', "'ORDER#{details}'"),
  KEY_TEXT_ORDER: warning(
    'the part sorts by its text, not by its value',
    'Do not rely on its order.',
    "sk: '{an_interval}#{id}'",
  ),
  KEY_LENGTH: warning(
    'the column may be longer than the key holds',
    'A shorter column, or | hash.',
    "pk: '{a_varchar_3000}'",
  ),
  KEY_NOT_UNIQUE: warning(
    'two rows may make the same key',
    'End the sort key with the primary key; or collisions: { lastBy: column }.',
    "pk: 'MAIL#{email | lower}'",
  ),
  KEY_SPELLING: warning(
    'a foreign key may spell a value otherwise than the row it refers to, by a collation that ignores case or the like',
    "Take the parent's column through a join, or | lower on both sides.",
    "pk: 'CUSTOMER#{customer_code}'",
  ),
  KEY_COLLISION: warning(
    'two copies may make the same key',
    'Begin them with different literals.',
    "'{id}' twice",
  ),
  COLLISION_ORDER: error(
    'lastBy names what has no order',
    'A number, date, timestamp or text.',
    'lastBy: details',
  ),
  COLLISIONS_IDLE: warning(
    'no two rows make one key: lastBy decides nothing',
    'Leave collisions out.',
    'collisions: { lastBy: … }',
  ),
  RAW_UNORDERED: warning('raw gives up the order of numbers', 'Leave raw out.', "sk: '{total | raw}'"),
  DESC_IN_PARTITION: warning('a partition key has no order', 'Leave desc out.', "pk: '{id | desc}'"),
  NAME_CLASH: error(
    'two roles share one attribute of the table',
    'Name another attribute.',
    'partitionKey: _src',
  ),
  INDEX_KEY: error(
    'a key of an index is missing, too much or of two kinds',
    'Give what the index has.',
    'gsi1: { pk: … } without sk',
  ),
  INDEX_KEY_TYPE: error(
    'an attribute is not of the type that the index has',
    'Declare its type, the same everywhere.',
    'partitionKey: [total]',
  ),
  INDEX_UNUSED: warning(
    'no copy is in the index',
    'Remove it, or give copies its keys.',
    'indexes: { gsi2: … }',
  ),
  UNKNOWN_INDEX: error('the table has no such index', 'Take the near name.', 'gsi9: { pk: … }'),
  TOO_MANY_INDEXES: error(
    'more local indexes than a table may have',
    'Make some of them global.',
    'six with local: true',
  ),
} as const;

/** What the application asks, and how the load lies on partitions. */
export const ACCESS_CODES = {
  UNKNOWN_ENTITY: error('returns names no entity', 'Take the near name.', 'returns: Ordr'),
  PATTERN_INDEX: error(
    'the pattern has not one value or condition for each key attribute that DynamoDB wants one for',
    'A value or one {parameter} for each attribute; a range of the last of sk.',
    "query: byStatus, pk: ['{status}'] of [_type, status]",
  ),
  PATTERN_RANGE: error(
    'sk has no condition, or two for one side',
    'One of gt and gte, one of lt and lte.',
    'sk: {}',
  ),
  PATTERN_UNSERVED: warning(
    'no copy has such keys: the pattern finds nothing',
    'Add a copy, or mend pk and sk.',
    "pk: 'CUSTOMER-{id}'",
  ),
  PATTERN_WIDE: warning(
    'the query finds items of other entities as well',
    'Make sk more specific, or leave returns out.',
    'sk left out, returns: Order',
  ),
  PATTERN_PREFIX: warning(
    'beginsWith ends in the middle of a word or a value, and finds what begins like it',
    'End it with the separator, or with a whole {parameter}.',
    "sk: { beginsWith: 'ORDER#1' }",
  ),
  PATTERN_VALUE: warning(
    'no key has this text where the pattern has it: values are encoded',
    'Write a {parameter}, which query encodes.',
    "sk: 'STATUS#PAID' of 'STATUS#{status}'",
  ),
  SQL_ORDER: warning(
    'the ORDER BY of sql leaves the order of some rows open, so that verify may see another than the table has',
    'End it with what is unique, as the sort key does.',
    'sql: select … order by placed_at',
  ),
  SQL_TEXT_ORDER: warning(
    'sql orders a text as a language does, and keys are ordered by code point',
    'order by name collate "C"; of MySQL: a collation that ends in _bin.',
    'sql: select … order by name, id',
  ),
  SQL_PARAMETER: warning(
    'sql has a parameter that its pattern has not: verify cannot ask it',
    'Take the near name, or write it into pk or sk.',
    'sql: select … where id = {ordrId}',
  ),
  COPY_UNREAD: warning(
    'no access pattern reads the copy, which costs a write for each row',
    'Write the pattern, or remove it.',
    'items: { byDay: … }',
  ),
  PARTITION_FEW_VALUES: forecast(
    '10,000 rows or more go to at most 20 partitions',
    'shard(n)',
    "pk: 'STATUS#{status}'",
  ),
  PARTITION_HOT: forecast(
    'one value is that of a tenth of the rows and more',
    'A column that tells them apart, or shard(n).',
    "pk: 'COUNTRY#{country}'",
  ),
  COLLECTION_TOO_LARGE: forecast(
    'with a local index, the items of one partition key are over 10 GB, and further writes fail',
    'shard(n) in the partition key, or a global index.',
    'indexes: { byTotal: { local: true, … } }',
  ),
} as const;

import { error, warning } from './code.js';

/** The shape of the document: keys, types, words. */
export const DOCUMENT_CODES = {
  DERIVE_FUNCTION: error(
    'derive is no function: YAML and JSON hold none',
    'Write the mapping in TypeScript, or a template.',
    "derive: 'a + b'",
  ),
  DUPLICATE_KEY: error('a key is there twice in one map', 'Remove one of the two.', 'from: a … from: b'),
  EMPTY: error('a text or a list has nothing in it', 'Fill it in or leave it out.', "from: ''"),
  INVALID_NAME: error(
    'a name has characters that names do not have',
    'Entities, copies, joins: a letter, then letters, digits, _ and -. Tables, indexes: as DynamoDB has them.',
    '1st: { from: orders }',
  ),
  MISSING_KEY: error('a key that must be there is not', 'Add it.', "key: { pk: 'ORDER#{id}' }"),
  NUMBER_NOT_EXACT: error(
    'a number has more digits than a JavaScript number holds',
    'Put it in quotes.',
    'equals: 12345678901234567891',
  ),
  TEMPLATE_COMMENT: error(
    'a part of a template is a comment, for # stands behind a space',
    'Put the template in quotes.',
    'pk: ORDER #{id}',
  ),
  UNKNOWN_KEY: error('a key is not of the language', 'Take the near name, or remove it.', 'wher: …'),
  WRONG_TYPE: error(
    'text, list, map or number stands in the place of another',
    'Write what is expected.',
    'from: [orders]',
  ),
  WRONG_VALUE: error('a word or a number is not one of those allowed', 'Take one of them.', 'as: cent'),
  IGNORE_IDLE: warning(
    'check.ignore names a warning that there is not',
    'Remove it, so that it cannot hide a new one.',
    'check: { ignore: [COPY_UNREAD] }',
  ),
} as const;

/** Tables, columns, identity, joins and embeds. */
export const SOURCE_CODES = {
  UNKNOWN_TABLE: error(
    'the source has no such table',
    'Take the near name; write schema.table.',
    'from: order',
  ),
  UNKNOWN_COLUMN: error('the table has no such column', 'Take the near name.', "'ORDER#{place_at}'"),
  SOURCE_REFUSES: error(
    'the source does not prepare the query of an entity',
    'Mend "where", or grant SELECT on the tables.',
    'where: "statu = 1"',
  ),
  NO_IDENTITY: error(
    'nothing that is never NULL tells the rows of the root apart',
    'identifiedBy: [columns] that are unique and NOT NULL.',
    'from: a_view',
  ),
  IDENTITY_NOT_UNIQUE: warning(
    'no unique key proves identifiedBy; equal rows would end the run',
    'Add a unique key over these columns.',
    'identifiedBy: [name]',
  ),
  GROUP_BY: error(
    'what groups of rows do not have: embeds, an identity of their own, children to count',
    "Remove it; count: '*' counts the rows of a group.",
    'groupBy: [status], with { count: lines }',
  ),
  GROUP_NULL: warning(
    'a column of groupBy may be NULL, and that group would end the run',
    'where: column IS NOT NULL.',
    'groupBy: [rep_id]',
  ),
  JOIN_INCOMPLETE: error(
    'how to join is not said, or twice',
    'via, or to and on.',
    'join: { c: { to: customers } }',
  ),
  JOIN_AMBIGUOUS: error(
    'the columns of via are of different tables',
    'Take all of one table.',
    'via: [a_id, b.c_id]',
  ),
  JOIN_CYCLE: error(
    'joins hang on each other',
    'Start from a column of the root.',
    'a: { via: b.x }, b: { via: a.y }',
  ),
  JOIN_NOT_UNIQUE: error(
    'a join may reach several rows, which would multiply those of the root',
    'Reach a primary or unique key, or embed.',
    'to: customers, on: { id: referrer_id }',
  ),
  JOIN_UNUSED: warning(
    'nothing takes a column of the join',
    'Name its attributes, or remove it.',
    'join: { rep: { via: rep_id } }',
  ),
  UNKNOWN_JOIN: error(
    'via goes through a join that is not there',
    'Take the near name.',
    'via: custoner.country_code',
  ),
  NO_FOREIGN_KEY: error(
    'the schema has no such foreign key',
    'Name its columns, or say to and on.',
    'via: total',
  ),
  EMBED_AMBIGUOUS: error(
    'several foreign keys lead to the parent, or via and on both do',
    'Choose with via.',
    'embed: { orders: { from: orders } }',
  ),
  EMBED_LINK: error(
    'the link table has no foreign key to the children, or several',
    'Make an entity of the link table.',
    'from: tags, through: orders',
  ),
  EMBED_NO_KEY: error(
    'what holds children of its own has no key',
    'Give it a key, or embed one level.',
    'embed: { log: { from: events, embed: … } }',
  ),
  EMBED_ORDER: warning(
    'equal children may change places',
    'Order by columns that tell them apart.',
    'from: events',
  ),
  EMBED_SEVERAL: warning('as: one, and a row may have several', 'orderBy and limit: 1.', 'as: one'),
  EMBED_SHAPE: error(
    'the shape has no place for what is asked of it',
    'Remove one of the two.',
    'as: { listOf: a }, attributes: [b]',
  ),
  EMBED_UNINDEXED: warning(
    'no index starts with the key to the parent',
    'CREATE INDEX.',
    'embed: { lines: … }',
  ),
  UNKNOWN_EMBED: error('the entity has no such embed', 'Take the near name.', '{ count: line }'),
  AGGREGATE_COLUMN: error('sum, min or max is not of a column of an embed', 'embed.column', '{ sum: lines }'),
  AGGREGATE_TYPE: error(
    'sums and extremes of such a type are not alike everywhere',
    'Embed with orderBy and limit: 1.',
    '{ max: orders.status }',
  ),
} as const;

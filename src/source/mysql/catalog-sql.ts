import { quoteText } from './literals.js';

/**
 * What discovery asks information_schema about one database, whatever the number of tables. Rows are sorted by
 * `discover.ts`; views of it are slow to join, and differ in what they show to whom.
 */
export type CatalogQuery = (database: string) => string;

/** name, kind (`BASE TABLE`, `VIEW`, `SYSTEM VERSIONED`, …), engine, options, estimated rows. */
export const TABLES: CatalogQuery = (database) => `
  SELECT TABLE_NAME, TABLE_TYPE, ENGINE, CREATE_OPTIONS, TABLE_ROWS
  FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteText(database)}`;

/** table, name, data type, full type, characters, precision, scale, nullable, extra, collation. */
export const COLUMNS: CatalogQuery = (database) => `
  SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION,
    NUMERIC_SCALE, IS_NULLABLE, EXTRA, COLLATION_NAME
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ${quoteText(database)} ORDER BY ORDINAL_POSITION`;

/** table, index, not unique, column (none where it is an expression), prefix length, type. */
export const INDEXES: CatalogQuery = (database) => `
  SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART, INDEX_TYPE
  FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ${quoteText(database)} ORDER BY SEQ_IN_INDEX`;

/** table, name, column, referenced schema, table, column. */
export const FOREIGN_KEYS: CatalogQuery = (database) => `
  SELECT TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME,
    REFERENCED_COLUMN_NAME
  FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = ${quoteText(database)} AND REFERENCED_TABLE_NAME IS NOT NULL ORDER BY ORDINAL_POSITION`;

export const DEFAULT_SCHEMA = 'SELECT DATABASE()';

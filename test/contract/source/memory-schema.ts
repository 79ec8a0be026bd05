import type { ColumnType, SourceSchema } from '../../../src/source/source-schema.js';
import type { FixtureTable, FixtureType } from './fixture.js';

const TYPES: { readonly [type in FixtureType]: ColumnType } = {
  integer: { kind: 'integer', bits: 32, unsigned: false },
  bigint: { kind: 'integer', bits: 64, unsigned: false },
  numeric: { kind: 'decimal', precision: null, scale: null },
  text: { kind: 'text', maxLength: null, padded: false },
  uuid: { kind: 'uuid' },
  date: { kind: 'date' },
};

/** The fixture's tables as a source in memory would find them. */
export function schemaOf(tables: readonly FixtureTable[]): SourceSchema {
  return {
    dialect: 'memory',
    defaultSchema: 'main',
    tables: tables.map(({ name, columns, primaryKey, foreignKeys = [], rows }) => ({
      schema: 'main',
      name,
      kind: 'table',
      columns: columns.map((column) => ({
        name: column.name,
        nativeType: column.type,
        type: TYPES[column.type],
        nullable: column.nullable === true,
        generated: false,
      })),
      primaryKey,
      uniqueKeys: [],
      foreignKeys: foreignKeys.map((key) => ({
        name: `${name}_${key.columns.join('_')}`,
        columns: key.columns,
        references: { schema: 'main', name: key.table, columns: key.references },
      })),
      indexes: primaryKey === null ? [] : [primaryKey],
      estimatedRows: rows.length,
    })),
  };
}

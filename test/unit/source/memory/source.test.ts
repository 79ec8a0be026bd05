import { memorySource } from '../../../../src/source/memory/source.js';
import type { Row } from '../../../../src/source/source.js';
import type { ColumnType, SourceSchema } from '../../../../src/source/source-schema.js';
import type { FixtureTable, FixtureType, SourceFixture } from '../../../contract/source/fixture.js';
import { describeSource } from '../../../contract/source.contract.js';

const TYPES: { readonly [type in FixtureType]: ColumnType } = {
  integer: { kind: 'integer', bits: 32, unsigned: false },
  bigint: { kind: 'integer', bits: 64, unsigned: false },
  numeric: { kind: 'decimal', precision: null, scale: null },
  text: { kind: 'text', maxLength: null, padded: false },
  uuid: { kind: 'uuid' },
  date: { kind: 'date' },
};

function schemaOf(tables: readonly FixtureTable[]): SourceSchema {
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

async function memoryFixture(tables: readonly FixtureTable[]): Promise<SourceFixture> {
  const rows: { [label: string]: Row[] } = Object.fromEntries(
    tables.map(({ name, rows }) => [name, [...rows]]),
  );
  const schema = schemaOf(tables);
  return {
    open: async () => memorySource({ schema, tables: rows }),
    async insert(table, row) {
      rows[table]?.push(row);
    },
    async delete(table, column, value) {
      const place = tables
        .find(({ name }) => name === table)!
        .columns.findIndex(({ name }) => name === column);
      rows[table] = (rows[table] ?? []).filter((row) => row[place] !== value);
    },
    async [Symbol.asyncDispose]() {},
  };
}

describeSource('memory', memoryFixture);

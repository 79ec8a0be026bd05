import { memorySource } from '../../../../src/source/memory/source.js';
import type { Row } from '../../../../src/source/source.js';
import type { FixtureTable, SourceFixture } from '../../../contract/source/fixture.js';
import { schemaOf } from '../../../contract/source/memory-schema.js';
import { describeSource } from '../../../contract/source.contract.js';

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

import type {
  ResolvedAttribute,
  ResolvedCopy,
  ResolvedEntity,
  ResolvedMapping,
  ResolvedTable,
} from '../../../src/mapping/resolved-mapping.js';
import { column, NAMES, type Name, template } from './columns.js';

/** Every column that has a default attribute type, then what a test adds. */
export function attributesOf(...names: Name[]): ResolvedAttribute[] {
  return names.map((name) => ({
    name,
    value: { kind: 'column', column: column(name), as: null },
    nulls: 'omit',
  }));
}

export function copyOf(name: string, pk: string, sk: string, rest: Partial<ResolvedCopy> = {}): ResolvedCopy {
  return {
    name,
    pk: template(pk, 'partition'),
    sk: template(sk, 'sort'),
    indexes: [],
    when: null,
    whenNull: 'reject',
    oversize: 'reject',
    collisions: 'reject',
    attributes: [],
    ...rest,
  };
}

export function entityOf(
  name: string,
  copies: readonly ResolvedCopy[],
  rest: Partial<ResolvedEntity> = {},
): ResolvedEntity {
  return {
    name,
    tableLabel: `${name.toLowerCase()}s`,
    query: {
      entity: name,
      table: { schema: 'public', name },
      joins: [],
      columns: NAMES.map((column_) => ({ path: '', column: column(column_).column })),
      where: null,
      identity: [column('id').column],
      aggregates: [],
      embeds: [],
    },
    attributes: [],
    copies,
    danglingChecks: [],
    ...rest,
  };
}

export const TABLE: ResolvedTable = {
  name: 't',
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: [],
  timeToLive: null,
  entityAttribute: '_type',
  lineageAttribute: '_src',
};

export function mappingOf(...entities: ResolvedEntity[]): ResolvedMapping {
  return { table: TABLE, entities };
}

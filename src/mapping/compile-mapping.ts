import type { Row } from '../source/source.js';
import { compileCopy } from './compile/compile-copy.js';
import { RowBody } from './compile/row-body.js';
import type { EntityMapper, Mapper } from './mapper.js';
import type { DanglingCheck, ResolvedEntity, ResolvedMapping, ResolvedTable } from './resolved-mapping.js';

/**
 * Compiles a resolved mapping to functions from rows of raw text to finished DynamoDB JSON with its exact
 * size. No object is made per attribute and no database number becomes a JavaScript one. A mapper keeps
 * the row it works on in its own scratch space: one thread, one mapper.
 */
export function compileMapping(resolved: ResolvedMapping): Mapper {
  return { entities: resolved.entities.map((entity) => compileEntity(entity, resolved.table)) };
}

function compileEntity(entity: ResolvedEntity, table: ResolvedTable): EntityMapper {
  const body = new RowBody(entity, table);
  const copies = entity.copies.map((copy) => compileCopy(table, entity, copy, body));
  const checks = entity.danglingChecks;
  return {
    entity: entity.name,
    copies: entity.copies.map((copy) => copy.name),
    query: entity.query,
    map(tree, into) {
      body.start(tree);
      for (const check of checks) if (isDangling(check, tree.row)) into.dangling += 1;
      for (const mapCopy of copies) mapCopy(tree, into);
    },
  };
}

function isDangling({ local, remote }: DanglingCheck, row: Row): boolean {
  return isNull(row, remote) && local.every((at) => !isNull(row, at));
}

function isNull(row: Row, at: number): boolean {
  return (row[at] ?? null) === null;
}

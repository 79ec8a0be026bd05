import { lineageText } from '../../mapping/lineage.js';
import { sameTable } from '../../mapping/resolve/foreign-keys.js';
import { cellText } from '../../mapping/value/canonical-text.js';
import { PAGE_BYTES } from '../../pipeline/pipeline.js';
import type { EntityQuery } from '../../source/row-query.js';
import type { Snapshot } from '../../source/source.js';
import type { RowName } from '../made-items.js';
import type { Prepared } from '../prepare.js';
import type { ChangedEntities, Changes } from './changes.js';

/** Rows whose names are in memory at once. */
const ROWS_PER_CHUNK = 1000;

/**
 * Names of the rows that the changes reach, in each entity, up to a thousand at once: those that its `where` filters out
 * as well, which it may have let through before; and those that were named by their keys and are there no more.
 */
export async function* changedRowNames(
  changes: Changes,
  entities: ChangedEntities,
  { mappers, resolved }: Pick<Prepared, 'mappers' | 'resolved'>,
  snapshot: Snapshot,
  signal: AbortSignal,
): AsyncGenerator<readonly RowName[], void, undefined> {
  const root = changes.kind === 'keys' ? mappers.find(({ entity }) => entity === changes.entity) : undefined;
  for (const { name: entity, tableLabel: table, query } of resolved.entities) {
    const changed = entities[entity];
    if (changed === undefined || !mappers.some((mapper) => mapper.entity === entity)) continue;
    const nameOf = (key: readonly string[]): RowName => ({ entity, source: lineageText({ table, key }) });
    const named = new Set<string>();
    if (changes.kind === 'keys' && root !== undefined && isOfRows(query, root.query)) {
      for (const { source } of changes.keys.map(nameOf)) named.add(source);
      yield [...named].map((source) => ({ entity, source }));
    }
    const names: EntityQuery = {
      ...query,
      changed,
      where: null,
      columns: query.identity.map((column) => ({ path: '', column })),
      ...{ joins: [], embeds: [], aggregates: [] },
    };
    for await (const chunk of snapshot.planChunks(names, { rowsPerChunk: ROWS_PER_CHUNK })) {
      const found: RowName[] = [];
      for await (const { rows } of snapshot.readChunk(names, chunk, { pageBytes: PAGE_BYTES, signal })) {
        for (const { row } of rows) {
          const name = nameOf(
            row.slice(0, query.identity.length).map((cell) => (cell === null ? '' : cellText(cell))),
          );
          if (!named.has(name.source)) found.push(name);
        }
      }
      yield found;
    }
  }
}

/** The rows of both are those of one table, each by itself. */
function isOfRows(one: EntityQuery, other: EntityQuery): boolean {
  const names = ({ identity }: EntityQuery) => JSON.stringify(identity.map(({ name }) => name));
  return one.groups === undefined && sameTable(one.table, other.table) && names(one) === names(other);
}

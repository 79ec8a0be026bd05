import { canonicalKey } from '../../item/canonical.js';
import { partCount, partSortKey } from '../../item/oversize.js';
import type { ItemAnswer, ItemDecoder } from '../../source/item-decoder.js';
import type { Column, SourceSchema } from '../../source/source-schema.js';
import { sameTable } from '../resolve/foreign-keys.js';
import type { ResolvedMapping } from '../resolved-mapping.js';
import { answerQuery } from './answer-query.js';
import { entityDecoder } from './entity-decoder.js';
import { successorsOf } from './successor.js';

/** The mapping that the items are changed for in place while they are read. */
export interface NextMapping {
  readonly resolved: ResolvedMapping;
  readonly removeAttributes: boolean;
}

/** The way back from the items of a table to rows: by the mapping that wrote them, and the schema it was resolved with. */
export function itemDecoder(
  mapping: ResolvedMapping,
  schema: SourceSchema,
  next: NextMapping | null = null,
): ItemDecoder {
  const { table, entities } = mapping;
  const find = (name: Parameters<typeof sameTable>[0], column: string): Column | null =>
    schema.tables.find((one) => sameTable(one, name))?.columns.find((one) => one.name === column) ?? null;
  const successors = next === null ? null : successorsOf(mapping, next.resolved, next.removeAttributes);
  const decoders = entities.flatMap(
    (entity) => entityDecoder(table, entity, find, successors?.get(entity.name) ?? null) ?? [],
  );
  return {
    schema,
    answer: (query): ItemAnswer | string => answerQuery(query, decoders, schema),
    partsOf(item) {
      const { [table.partitionKey]: partition, [table.sortKey]: sort } = item;
      const text = sort?.['S'];
      if (partition === undefined || typeof text !== 'string') return [];
      return Array.from({ length: partCount(item) }, (_, at) => {
        const part = { [table.partitionKey]: partition, [table.sortKey]: { S: partSortKey(text, at + 1) } };
        return canonicalKey(part, [table.partitionKey, table.sortKey]);
      });
    },
  };
}

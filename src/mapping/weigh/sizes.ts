import { LIMITS } from '../../item/limits.js';
import type { DocumentPath, DocumentProblem } from '../problem.js';
import type { ResolvedEntity } from '../resolved-mapping.js';
import type { ResolvedTemplate } from '../template.js';
import { childBytes } from './item-bytes.js';
import { count, type Estimates } from './statistics-of.js';

/** Items and keys that may be over DynamoDB's limits: those rows would be rejects. */
export function weighSizes(entity: ResolvedEntity, estimates: Estimates): readonly DocumentProblem[] {
  return [...embeds(entity, estimates), ...keys(entity)];
}

/** The parent with the most children: of its key's commonest value the planner keeps the share. */
function embeds(entity: ResolvedEntity, estimates: Estimates): readonly DocumentProblem[] {
  return entity.query.embeds.flatMap((embed): readonly DocumentProblem[] => {
    const link = embed.through?.table ?? embed.table;
    const rows = estimates.rows(link);
    const [pair, ...others] = embed.on;
    if (rows === null || pair === undefined || others.length > 0) return [];
    const share = estimates.column(link, pair.remote)?.commonest ?? null;
    if (share === null) return [];
    const children = Math.min(share * rows, embed.limit ?? Number.POSITIVE_INFINITY);
    const bytes = childBytes(embed, estimates);
    if (children * bytes <= LIMITS.itemBytes) return [];
    return [
      {
        severity: 'warning',
        code: 'EMBED_TOO_LARGE',
        message:
          `one row of ${entity.tableLabel} has about ${count(children)} ${embed.name} of ${count(bytes)} bytes, ` +
          `${count((children * bytes) / 1024)} KB in one item; 400 are allowed`,
        fix: `Make ${embed.name} an entity of its own with the same partition key.`,
        path: ['entities', entity.name, 'embed', embed.name],
        spot: 'key',
      },
    ];
  });
}

/** Texts whose declared length alone is over the limit of the key they stand in. */
function keys(entity: ResolvedEntity): readonly DocumentProblem[] {
  return entity.copies.flatMap((copy) => {
    const at = ['entities', entity.name, 'items', copy.name, 'key'];
    return [
      ...tooLong(copy.pk, [...at, 'pk'], LIMITS.partitionKeyBytes),
      ...tooLong(copy.sk, [...at, 'sk'], LIMITS.sortKeyBytes),
    ];
  });
}

function tooLong(template: ResolvedTemplate, path: DocumentPath, limit: number): readonly DocumentProblem[] {
  return template.parts.flatMap((part): readonly DocumentProblem[] => {
    if (part.kind !== 'column' || part.transforms.some(({ name }) => name === 'hash' || name === 'shard'))
      return [];
    const { name, nativeType, type } = part.column.column;
    if (type.kind !== 'text' || type.maxLength === null || type.maxLength <= limit) return [];
    return [
      {
        severity: 'warning',
        code: 'KEY_LENGTH',
        message: `${name} (${nativeType}) may be longer than the ${count(limit)} bytes that such a key holds`,
        fix: `Longer values are rejects. Use a shorter column, or {${name} | hash}.`,
        path,
        spot: 'value',
      },
    ];
  });
}

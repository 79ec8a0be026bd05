import { nearest } from '../../support/nearest.js';
import { chainTransforms, isChain } from '../key/transform-chain.js';
import { suggestion } from '../problem-list.js';
import type {
  AttributeSource,
  ResolvedAttribute,
  ResolvedEntity,
  ResolvedTable,
} from '../resolved-mapping.js';
import { attributeCodec, type WireType } from '../value/attribute-codec.js';
import type { EntityContext } from './resolve-entity.js';

/** The attribute of time to live is there and is a number: DynamoDB ignores any other silently. */
export function checkTimeToLive(
  { timeToLive }: ResolvedTable,
  entities: readonly ResolvedEntity[],
  { problems, doubtful }: Pick<EntityContext, 'problems' | 'doubtful'>,
): void {
  if (timeToLive === null) return;
  const at = ['table', 'timeToLive', 'attribute'];
  const named = entities.flatMap((entity) =>
    entity.attributes
      .filter(({ name }) => name === timeToLive)
      .map(({ value }) => ({ entity: entity.name, type: wireType(value), unit: otherUnit(value) })),
  );
  if (named.length === 0 && !doubtful.has(timeToLive)) {
    const names = [...new Set(entities.flatMap(({ attributes }) => attributes.map(({ name }) => name)))];
    const fix = suggestion(nearest(timeToLive, names), 'attributes', names);
    problems.error(at, 'UNKNOWN_ATTRIBUTE', `no entity has the attribute ${timeToLive}`, fix);
  }
  for (const { entity, type, unit } of named) {
    if ((type === 'N' && unit === null) || type === null) continue;
    const found = unit ?? (type === 'any' ? 'of no fixed type' : type);
    const message = `${timeToLive} of ${entity} is ${found}; time to live is N, in seconds since 1970`;
    const fix = `Write ${timeToLive}: '{column | epochSeconds}' under attributes${type === 'any' ? ", or as: 'number' beside derive" : ''}.`;
    problems.error(['entities', entity, 'attributes', timeToLive], 'TIME_TO_LIVE_TYPE', message, fix, 'key');
  }
}

/** A number of something else than seconds, as it is called: DynamoDB would keep such items for ever. */
function otherUnit(value: AttributeSource): string | null {
  if (value.kind === 'count') return 'a number of children';
  if (value.kind === 'aggregate') return 'computed of children';
  if (value.kind !== 'column') return null;
  const { as } = value;
  return as === 'epochMillis' ? 'in milliseconds' : as === 'cents' ? 'in hundredths' : null;
}

/**
 * `as: epochSeconds` keeps fractions of a second, and DynamoDB wants whole ones for time to live: the attribute is
 * made by the transform of that name, which rounds down. A function has to return whole ones.
 */
export function inWholeSeconds(entity: ResolvedEntity, { timeToLive }: ResolvedTable): ResolvedEntity {
  const attributes = entity.attributes.map((attribute): ResolvedAttribute => {
    const { name, value } = attribute;
    if (name === timeToLive && value.kind === 'derive')
      return { ...attribute, value: { ...value, whole: true } };
    if (name !== timeToLive || value.kind !== 'column' || value.as !== 'epochSeconds') return attribute;
    const { column } = value;
    const text = `{${column.path === '' ? '' : `${column.path}.`}${column.column.name} | epochSeconds}`;
    const part = { kind: 'column', column, transforms: [{ name: 'epochSeconds', args: [] }] } as const;
    return { ...attribute, value: { kind: 'template', template: { text, parts: [part] } } };
  });
  return { ...entity, attributes };
}

/** The type of an attribute's values; null where it was reported that there is none. */
export function wireType(value: AttributeSource): WireType | null {
  switch (value.kind) {
    case 'embed':
      return 'L';
    case 'aggregate': {
      const codec = value.type === null ? null : attributeCodec(value.type, null);
      return codec?.ok ? codec.attributeType : 'N';
    }
    case 'derive':
      return value.as === 'number' ? 'N' : value.as === 'string' ? 'S' : 'any';
    case 'constant':
      return value.value.type;
    case 'count':
      return 'N';
    case 'column': {
      const codec = attributeCodec(value.column.column.type, value.as);
      return codec.ok ? codec.attributeType : null;
    }
    case 'template': {
      const [only, ...rest] = value.template.parts;
      if (only?.kind !== 'column' || rest.length > 0) return 'S';
      const chain = chainTransforms(only.column.column.type, only.transforms);
      const codec = isChain(chain) ? attributeCodec(chain.type, null) : null;
      return codec?.ok ? codec.attributeType : null;
    }
  }
}

import { isOverAttributes, type KeyAttribute, keyAttributes } from '../../item/key-attribute.js';
import { LIMITS } from '../../item/limits.js';
import { nearest } from '../../support/nearest.js';
import type { IndexDesign, TableDesign } from '../mapping.js';
import { type ProblemList, suggestion } from '../problem-list.js';
import type { ResolvedEntity, ResolvedIndex, ResolvedTable } from '../resolved-mapping.js';
import type { EntityContext } from './resolve-entity.js';
import { wireType } from './time-to-live.js';

/** Indexes over attributes: each attribute is there, and of the declared type wherever it is. */
export function checkAttributeIndexes(
  design: TableDesign,
  table: ResolvedTable,
  entities: readonly ResolvedEntity[],
  context: Pick<EntityContext, 'problems' | 'doubtful'>,
): void {
  const { problems } = context;
  checkDesigns(design, problems);
  const local = table.indexes.filter((index) => index.local === true);
  if (local.length > LIMITS.localIndexes) {
    const message = `${local.length} local indexes; a table has at most ${LIMITS.localIndexes}`;
    problems.error(['table', 'indexes'], 'TOO_MANY_INDEXES', message, 'Make some of them global.', 'key');
  }
  for (const index of table.indexes.filter(isOverAttributes)) {
    for (const role of ['partitionKey', 'sortKey'] as const) {
      if (typeof index[role] === 'string') continue;
      for (const [at, key] of keyAttributes(index[role]).entries()) {
        checkKey(index, key, ['table', 'indexes', index.name, role, at], table, entities, context);
      }
    }
  }
}

/** A local index has the table's partition key, any other one of its own; both keys are made in one way. */
function checkDesigns({ indexes = {} }: TableDesign, problems: ProblemList): void {
  for (const [name, { partitionKey, sortKey, local = false }] of Object.entries(indexes)) {
    const at = ['table', 'indexes', name];
    if (local && partitionKey !== undefined) {
      const message = `${name} is local: its partition key is the table's`;
      problems.error([...at, 'partitionKey'], 'INDEX_KEY', message, 'Remove partitionKey.', 'key');
    } else if (local && sortKey === undefined) {
      problems.error(at, 'INDEX_KEY', `${name} is local and has no sort key`, 'Add sortKey.', 'key');
    } else if (!local && partitionKey === undefined) {
      const fix = 'Add partitionKey, or local: true.';
      problems.error(at, 'INDEX_KEY', `${name} has no partition key`, fix, 'key');
    } else if (local ? Array.isArray(sortKey) && sortKey.length > 1 : mixed(partitionKey, sortKey)) {
      const message = local
        ? `${name} is local: its sort key is one attribute`
        : `one key of ${name} is a text and the other a list`;
      const fix = local ? 'Name one attribute.' : 'Write both as lists of attributes, or both as texts.';
      problems.error([...at, 'sortKey'], 'INDEX_KEY', message, fix, 'key');
    }
  }
}

function mixed(partitionKey: IndexDesign['partitionKey'], sortKey: IndexDesign['sortKey']): boolean {
  return sortKey !== undefined && Array.isArray(partitionKey) !== Array.isArray(sortKey);
}

/** Attributes that every item has, as text. */
function ownNames(table: ResolvedTable): readonly string[] {
  return [table.partitionKey, table.sortKey, table.entityAttribute, table.lineageAttribute];
}

function checkKey(
  { name: index }: ResolvedIndex,
  { name, type }: KeyAttribute,
  at: readonly (string | number)[],
  table: ResolvedTable,
  entities: readonly ResolvedEntity[],
  { problems, doubtful }: Pick<EntityContext, 'problems' | 'doubtful'>,
): void {
  if (ownNames(table).includes(name)) return;
  const all = entities.flatMap((entity) =>
    entity.attributes.map((attribute) => ({ entity: entity.name, attribute })),
  );
  const found = all.filter(({ attribute }) => attribute.name === name);
  if (found.length === 0 && !doubtful.has(name)) {
    const names = [...new Set(all.map(({ attribute }) => attribute.name))];
    problems.error(
      at,
      'UNKNOWN_ATTRIBUTE',
      `no entity has the attribute ${name}`,
      suggestion(nearest(name, names), 'attributes', names),
    );
  }
  for (const { entity, attribute } of found) {
    const actual = wireType(attribute.value);
    if (attribute.nulls === 'null') {
      const message = `${name} of ${entity} may be the NULL type, which no index key can be (${index})`;
      problems.error(at, 'INDEX_KEY_TYPE', message, `Write nulls: omit for ${name} of ${entity}.`);
    }
    if (actual === null || actual === type) continue;
    const message = `${name} of ${entity} is ${actual === 'any' ? 'of no fixed type' : actual}, and the index ${index} has it as ${type}`;
    const keyable = actual === 'S' || actual === 'N' || actual === 'B';
    const fix = keyable
      ? `Write { attribute: ${name}, type: ${actual} }, if it is that in every entity.`
      : 'Keys are S, N or B: choose another attribute.';
    problems.error(at, 'INDEX_KEY_TYPE', message, fix);
  }
}

import { keyAttributes } from '../../item/key-attribute.js';
import { align, patternTokens } from '../access/align.js';
import { beginningOf, type HeldAttribute, heldAttributes } from '../access/held-attributes.js';
import { attributeTexts, termOf } from '../access/pattern-keys.js';
import { sortTexts } from '../access/sort-bounds.js';
import type { AccessPattern, SortCondition } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import type { ProblemList } from '../problem-list.js';
import type { ResolvedEntity, ResolvedIndex, ResolvedTable } from '../resolved-mapping.js';

/** A copy whose items are in the index, and may have the values that the pattern names. */
export interface ServedByAttributes {
  readonly entity: string;
  readonly copy: string;
  readonly fields: readonly Field[];
}

/** A text of the pattern with the attribute that it is compared with. */
interface Field {
  readonly held: HeldAttribute;
  readonly path: DocumentPath;
  readonly text: string;
  readonly kind: 'value' | 'beginning' | 'bound';
}

/** The pattern has a value, or a condition, for each attribute that DynamoDB wants one for. */
export function checkAttributeKeys(
  pattern: AccessPattern,
  { name, partitionKey, sortKey }: ResolvedIndex,
  at: DocumentPath,
  problems: ProblemList,
): boolean {
  const { partition, sort } = attributeTexts(pattern);
  const [first, second] = [keyAttributes(partitionKey), keyAttributes(sortKey)];
  const before = problems.all.length;
  const wrong = (key: 'pk' | 'sk', message: string, fix: string) =>
    problems.error([...at, key], 'PATTERN_INDEX', message, fix);
  if (partition.length !== first.length) {
    const names = first.map((key) => key.name).join(', ');
    const example = first.map((key) => `'{${key.name}}'`).join(', ');
    wrong(
      'pk',
      `pk has ${count(partition)} of the partition key of ${name}: ${names}`,
      `Write [${example}].`,
    );
  }
  if (sort.length > second.length) {
    const names = second.map((key) => key.name).join(', ') || 'none';
    wrong('sk', `sk has ${count(sort)} of the sort key of ${name}: ${names}`, 'Leave out what it has not.');
  }
  const early = sort.slice(0, -1).findIndex((condition) => typeof condition !== 'string');
  if (early >= 0) {
    const message = `a range of ${second[early]?.name} is not its last condition, as DynamoDB wants it`;
    wrong('sk', message, 'Write values for the attributes before the last, or leave out those behind it.');
  }
  const last = sort.at(-1);
  const ranged = second[sort.length - 1];
  if (typeof last === 'object' && 'beginsWith' in last && ranged?.type === 'N') {
    wrong(
      'sk',
      `${ranged.name} is a number, which begins with nothing`,
      'Write between, gt, gte, lt or lte.',
    );
  }
  // The partition key of a local index is a template: the table's.
  const values = typeof partitionKey === 'string' ? [] : partition;
  for (const [key, text] of [
    ...values.map((text) => ['pk', text] as const),
    ...sort.flatMap((condition) => sortTexts(condition).map(([, text]) => ['sk', text] as const)),
  ]) {
    if (termOf(text) !== null) continue;
    const message = `${JSON.stringify(text)} is put together, and an attribute is compared with one value`;
    wrong(key, message, 'Write one {parameter} without transforms, or a value.');
  }
  return problems.all.length === before;
}

/** Copies that hold every attribute of the index; an entity's name or a constant tells some apart. */
export function servedByAttributes(
  pattern: AccessPattern,
  index: ResolvedIndex,
  table: ResolvedTable,
  entities: readonly ResolvedEntity[],
): readonly ServedByAttributes[] {
  const { partition } = attributeTexts(pattern);
  const local = typeof index.partitionKey === 'string';
  return entities.flatMap((entity) =>
    entity.copies.flatMap((copy): readonly ServedByAttributes[] => {
      const held = heldAttributes(index, table, entity, copy);
      if (held === null) return [];
      if (local && align(patternTokens(partition[0] ?? ''), copy.pk, false) === null) return [];
      const fields = fieldsOf(pattern, local ? { ...held, partition: [] } : held);
      return fields.some(isOther) ? [] : [{ entity: entity.name, copy: copy.name, fields }];
    }),
  );
}

/** Text in the place of a value: some item may have it. */
export function checkAttributeValues(
  at: DocumentPath,
  served: readonly ServedByAttributes[],
  problems: ProblemList,
): void {
  const fields = served.flatMap((copy) => copy.fields);
  for (const { held, path, text, kind } of fields) {
    const { key } = held;
    const parameter = (kind === 'beginning' ? beginningOf(held) : null) ?? held.parameter;
    const term = termOf(text);
    const here = [...at, ...path];
    if (term?.kind !== 'value' || parameter.encode(term.text) !== null) continue;
    if (problems.all.some((known) => known.path.join() === here.join())) continue;
    const message = `no item has ${term.text} as its ${key.name}: ${parameter.column} is ${parameter.expects}`;
    problems.warning(here, 'PATTERN_VALUE', message, `Write such a value, or a parameter: {${key.name}}.`);
  }
}

function fieldsOf(
  pattern: AccessPattern,
  held: { readonly partition: readonly HeldAttribute[]; readonly sort: readonly HeldAttribute[] },
): readonly Field[] {
  const { partition, sort } = attributeTexts(pattern);
  return [
    ...held.partition.flatMap((attribute, at): readonly Field[] => {
      const path = Array.isArray(pattern.pk) ? ['pk', at] : ['pk'];
      return [{ held: attribute, path, text: partition[at] ?? '', kind: 'value' }];
    }),
    ...held.sort.flatMap((attribute, at): readonly Field[] => {
      const path = Array.isArray(pattern.sk) ? ['sk', at] : ['sk'];
      const kind = kindOf(sort[at]);
      return sortTexts(sort[at]).map(([rest, text]) => ({
        ...{ held: attribute, path: [...path, ...rest], text, kind },
      }));
    }),
  ];
}

/** The pattern names another value than the copy always has. */
function isOther({ held, text, kind }: Field): boolean {
  const term = termOf(text);
  if (kind !== 'value' || held.fixed === null || term?.kind !== 'value') return false;
  return held.parameter.encode(term.text) !== held.fixed;
}

function kindOf(condition: SortCondition | undefined): Field['kind'] {
  if (typeof condition !== 'object') return 'value';
  return 'beginsWith' in condition ? 'beginning' : 'bound';
}

function count({ length }: readonly unknown[]): string {
  return length === 1 ? 'one value' : `${length} values`;
}

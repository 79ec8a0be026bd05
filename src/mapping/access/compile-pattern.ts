import { isOverAttributes, type KeyValue, templateKey } from '../../item/key-attribute.js';
import type { AccessPattern } from '../mapping.js';
import type {
  ResolvedCopy,
  ResolvedEntity,
  ResolvedIndex,
  ResolvedMapping,
  ResolvedTable,
} from '../resolved-mapping.js';
import { planAttributeSort, planAttributes } from './attribute-keys.js';
import { heldAttributes } from './held-attributes.js';
import type { KeyCondition, PartitionPlan, SortPlan, Values } from './key-plan.js';
import { attributeTexts, templateTexts } from './pattern-keys.js';
import { planPartition, planSort } from './template-keys.js';

/** A pattern laid on the copies that serve it: which parameters it takes, and which keys they make. */
export interface CompiledPattern {
  readonly name: string;
  readonly index: ResolvedIndex | null;
  readonly descending: boolean;
  readonly limit: number | null;
  readonly parameters: readonly PatternParameter[];
  /** `Order.byCustomer` */
  readonly copies: readonly string[];
  readonly serving: readonly ServingCopy[];
  /** The queries that answer it; several for shards. Every parameter that is not optional has a value. */
  readonly targets: (values: Values) => Targets;
}

/** A copy that serves a pattern, and the parameters that fill its keys, by name. */
export interface ServingCopy {
  readonly entity: ResolvedEntity;
  readonly copy: ResolvedCopy;
  readonly partition: PartitionPlan['parameters'];
  readonly sort: SortPlan['parameters'];
}

export interface PatternParameter {
  readonly name: string;
  /** `a whole number of 64 bits` */
  readonly expects: string;
  /** Column it becomes a part of the key for, with its type: `customer_id (bigint)`. */
  readonly column: string;
  /** A shard: all are asked where it is not given. */
  readonly optional: boolean;
}

export type Targets =
  | { readonly kind: 'targets'; readonly targets: readonly Target[] }
  | { readonly kind: 'misfit'; readonly parameter: PatternParameter; readonly value: string };

/** One Query: a partition, and what its sort keys have to be. */
export interface Target {
  /** Every attribute of the partition key, in order; one, but for indexes over several. */
  readonly partition: readonly KeyValue[];
  /** Of the first attributes of the sort key, in order: all but the last are equals. Empty: the whole partition. */
  readonly sort: readonly KeyCondition[];
}

interface Served {
  readonly entity: ResolvedEntity;
  readonly copy: ResolvedCopy;
  readonly partition: PartitionPlan;
  readonly sort: SortPlan;
}

/** Null when no copy serves the pattern. */
export function compilePattern(
  name: string,
  pattern: AccessPattern,
  { table, entities }: ResolvedMapping,
): CompiledPattern | null {
  const index = table.indexes.find((candidate) => candidate.name === pattern.query) ?? null;
  const served = entities
    .filter((entity) => pattern.returns === undefined || entity.name === pattern.returns)
    .flatMap((entity) => entity.copies.flatMap((copy) => serve(pattern, index, table, entity, copy) ?? []));
  if (served.length === 0) return null;
  const parameters = parametersOf(served);
  return {
    name,
    index,
    descending: pattern.descending ?? false,
    limit: pattern.limit ?? null,
    parameters,
    copies: served.map(({ entity, copy }) => `${entity.name}.${copy.name}`),
    serving: served.map(({ entity, copy, partition, sort }) => ({
      entity,
      copy,
      partition: partition.parameters,
      sort: sort.parameters,
    })),
    targets(values) {
      const fitting = served.filter((copy) => misfitOf(copy, values) === null);
      const [first] = served;
      const parameter = parameters.find(
        ({ name }) => first !== undefined && name === misfitOf(first, values),
      );
      if (fitting.length === 0 && parameter !== undefined) {
        return { kind: 'misfit', parameter, value: values.get(parameter.name) ?? '' };
      }
      const targets = fitting.flatMap((copy) =>
        copy.partition
          .ask(values)
          .flatMap((partition) => copy.sort.ask(values).map((sort) => ({ partition, sort }))),
      );
      const different = new Map(targets.map((target) => [JSON.stringify(target), target]));
      return { kind: 'targets', targets: [...different.values()] };
    },
  };
}

/** Null where the copy has no such keys. */
function serve(
  pattern: AccessPattern,
  index: ResolvedIndex | null,
  table: ResolvedTable,
  entity: ResolvedEntity,
  copy: ResolvedCopy,
): Served | null {
  const plans =
    index !== null && isOverAttributes(index)
      ? overAttributes(pattern, index, table, entity, copy)
      : overTemplates(pattern, index, table, copy);
  if (plans === null) return null;
  const [partition, sort] = plans;
  if (partition === null || sort === null) return null;
  return { entity, copy, partition, sort };
}

type Plans = readonly [PartitionPlan | null, SortPlan | null];

function overTemplates(
  pattern: AccessPattern,
  index: ResolvedIndex | null,
  table: ResolvedTable,
  copy: ResolvedCopy,
): Plans | null {
  const keys = index === null ? copy : copy.indexes.find((key) => key.index.name === index.name);
  const texts = templateTexts(pattern);
  if (keys === undefined || texts === null) return null;
  const { partitionKey, sortKey } = index ?? table;
  return [
    planPartition(texts.pk, keys.pk, templateKey(partitionKey)),
    planSort(texts.sk, keys.sk, sortKey === null ? null : templateKey(sortKey)),
  ];
}

function overAttributes(
  pattern: AccessPattern,
  index: ResolvedIndex,
  table: ResolvedTable,
  entity: ResolvedEntity,
  copy: ResolvedCopy,
): Plans | null {
  const held = heldAttributes(index, table, entity, copy);
  if (held === null) return null;
  const { partition, sort } = attributeTexts(pattern);
  return [
    // A local index has the partition key of the table, which copies make from templates.
    typeof index.partitionKey === 'string'
      ? planPartition(partition[0] ?? '', copy.pk, index.partitionKey)
      : planAttributes(partition, held.partition),
    planAttributeSort(sort, held.sort),
  ];
}

function parametersOf(served: readonly Served[]): readonly PatternParameter[] {
  const found = new Map<string, PatternParameter>();
  for (const [name, { expects, column, shards }] of served.flatMap(namedOf)) {
    if (!found.has(name)) found.set(name, { name, expects, column, optional: shards !== null });
  }
  return [...found.values()];
}

/** The first parameter whose value is not one for its place. */
function misfitOf(copy: Served, values: Values): string | null {
  const misfit = namedOf(copy).find(([name, parameter]) => {
    const value = values.get(name);
    return value !== undefined && parameter.encode(value) === null;
  });
  return misfit?.[0] ?? null;
}

function namedOf({ partition, sort }: Served) {
  return [...partition.parameters, ...sort.parameters];
}

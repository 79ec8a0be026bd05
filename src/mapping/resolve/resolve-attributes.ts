import type { TableSchema } from '../../source/source-schema.js';
import type { AttributeMapping, EntityMapping } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import type { AttributeSource, ResolvedAttribute, ResolvedShape } from '../resolved-mapping.js';
import type { ResolvedTemplate } from '../template.js';
import { aggregateSource, countSource } from './aggregates.js';
import {
  type AttributeRules,
  type Candidate,
  columnCandidates,
  joinCandidates,
  settleCandidates,
} from './attribute-candidates.js';
import { constantSource } from './constants.js';
import { deriveSource } from './derive-source.js';
import type { Embed } from './embed-shape.js';
import type { Grouping } from './groups.js';
import type { QueryColumns } from './query-columns.js';
import { requireCell, requireTemplate } from './require-cell.js';
import type { Joins } from './resolve-join.js';
import type { Lookup } from './source-names.js';

/** What the attributes of an entity, or of an embed's children, are made of. */
export interface AttributeParts {
  readonly root: TableSchema;
  /** Its columns that are taken where the mapping names none. */
  readonly all: readonly string[];
  readonly joins: Joins;
  /** In the order of `query.embeds`; null for those that were reported. */
  readonly embeds: ReadonlyMap<string, Embed | null>;
  readonly columns: QueryColumns;
  /** Of an entity whose rows are groups; absent otherwise. */
  readonly grouping?: Grouping | null;
  /** Names that keys and tablefold itself need, with what they are. */
  readonly reserved: ReadonlyMap<string, string>;
  /** Lists and maps around the attributes. */
  readonly level: number;
}

/** Of an embed that was reported: its attribute is there, so that uses of it are not reported too. */
const NOTHING: ResolvedShape = { kind: 'list', value: { kind: 'map', attributes: [], columns: 0 } };

/** By name, which is the order on the item. */
export function resolveAttributes(
  { attributes, join, embed }: Pick<EntityMapping, 'attributes' | 'join' | 'embed'>,
  at: DocumentPath,
  parts: AttributeParts,
  lookup: Lookup & AttributeRules,
): readonly ResolvedAttribute[] {
  const { root, all, joins, columns, embeds } = parts;
  const here = [...at, 'attributes'];
  let own: readonly Candidate[];
  if (attributes === undefined) own = columnCandidates(all, root, at, columns, lookup, true);
  else if (isList(attributes)) own = columnCandidates(attributes, root, here, columns, lookup);
  else {
    own = Object.entries(attributes).flatMap(([name, mapping]) =>
      name === '*' && mapping === true
        ? columnCandidates(all, root, [...here, name], columns, lookup, true)
        : explicitCandidate(name, mapping, [...here, name], parts, lookup),
    );
  }
  const held = Object.keys(embed ?? {}).flatMap((name): readonly Candidate[] => {
    const index = [...embeds.keys()].indexOf(name);
    const shape = embeds.get(name)?.shape ?? NOTHING;
    const value = () => ({ kind: 'embed', embed: index, shape }) as const;
    const place = { at: [...at, 'embed', name], spot: 'key' } as const;
    return [{ name, from: `the embed ${name}`, nulls: 'omit', ...place, general: null, value }];
  });
  const joined = joinCandidates(join, joins, columns, lookup);
  return settleCandidates([...own, ...joined, ...held], parts.reserved, parts.level, lookup);
}

function isList(attributes: NonNullable<EntityMapping['attributes']>): attributes is readonly string[] {
  return Array.isArray(attributes);
}

/** What `name: mapping` asks for; none after reporting why it cannot be. */
export function explicitCandidate(
  name: string,
  mapping: AttributeMapping,
  at: DocumentPath,
  { embeds, columns, grouping = null }: AttributeParts,
  lookup: Lookup & AttributeRules,
): readonly Candidate[] {
  const { problems, nulls, doubtful } = lookup;
  const source = explicitSource();
  if (source === null) {
    doubtful.add(name);
    return [];
  }
  const own = typeof mapping === 'object' && 'nulls' in mapping ? mapping : null;
  const dated = typeof mapping === 'object' && 'zeroDate' in mapping ? mapping.zeroDate : undefined;
  const zeroDate = dated === undefined ? {} : { zeroDate: dated };
  const base = { name, from: `attributes.${name}`, nulls: own?.nulls ?? nulls, ...zeroDate, at } as const;
  return [{ ...base, spot: 'key', general: null, value: () => source }];

  function explicitSource(): AttributeSource | null {
    if (mapping === true || name === '*') {
      const fix = "Write '*': true for every column, and name: '{column}' for one.";
      problems.error(at, 'ATTRIBUTE_STAR', "true goes with '*', and '*' with nothing else", fix);
      return null;
    }
    if (typeof mapping === 'string') {
      const template = requireTemplate(mapping, columns.find, 'attribute', at, problems);
      return template === null ? null : sourceOf(template);
    }
    if ('derive' in mapping) return deriveSource(mapping, columns, at, problems);
    if ('value' in mapping) return constantSource(mapping, at, problems);
    for (const kind of ['count', 'sum', 'min', 'max'] as const) {
      const text = kind in mapping ? (mapping as { readonly [kind: string]: string })[kind] : undefined;
      if (text === undefined) continue;
      const here = [...at, kind];
      if (grouping !== null) return grouping.aggregate(kind, text, columns, here);
      if (kind === 'count') return countSource(text, embeds, columns, here, problems);
      return aggregateSource(kind, text, embeds, columns, here, lookup);
    }
    if (!('column' in mapping)) return null;
    const column = requireCell(mapping.column, columns, [...at, 'column'], problems);
    return column === null ? null : { kind: 'column', column, as: mapping.as ?? null };
  }
}

/** A column as it is keeps its type and its NULL; anything else is a template. */
function sourceOf(template: ResolvedTemplate): AttributeSource {
  const [only, ...rest] = template.parts;
  return only?.kind === 'column' && rest.length === 0 && only.transforms.length === 0
    ? { kind: 'column', column: only.column, as: null }
    : { kind: 'template', template };
}

import { nearest } from '../../support/nearest.js';
import type { AttributeMapping, CopyMapping } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import { suggestion } from '../problem-list.js';
import type { ResolvedAttribute } from '../resolved-mapping.js';
import type { AttributeRules } from './attribute-candidates.js';
import { settleCandidates } from './attribute-candidates.js';
import { type AttributeParts, explicitCandidate } from './resolve-attributes.js';
import type { Lookup } from './source-names.js';

/** The attributes of an entity with those that only some copies have, and which of them each copy holds. */
export interface CopyAttributes {
  /** By name. Two copies may have different attributes of one name. */
  readonly attributes: readonly ResolvedAttribute[];
  /** Positions in `attributes`, ascending. */
  readonly held: (copy: string) => readonly number[];
}

/** `own` are the entity's, which `parts` was used for; `at` is the entity's place. */
export function resolveCopyAttributes(
  items: { readonly [copy: string]: CopyMapping },
  own: readonly ResolvedAttribute[],
  at: DocumentPath,
  parts: AttributeParts,
  lookup: Lookup & AttributeRules,
): CopyAttributes {
  const copies = new Map(
    Object.entries(items).map(([copy, { attributes }]) => {
      const here = [...at, 'items', copy, 'attributes'];
      if (attributes === undefined) return [copy, own] as const;
      if (isList(attributes)) {
        return [
          copy,
          attributes.flatMap((name, index) => taken(name, own, [...here, index], lookup)),
        ] as const;
      }
      return [copy, mapped(attributes, own, here, parts, lookup)] as const;
    }),
  );
  const attributes = [...new Set([...own, ...[...copies.values()].flat()])].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
  );
  const held = (copy: string) => {
    const wanted = new Set(copies.get(copy) ?? []);
    return [...attributes.keys()].filter((position) => wanted.has(attributes[position] as ResolvedAttribute));
  };
  return { attributes, held };
}

function isList(attributes: NonNullable<CopyMapping['attributes']>): attributes is readonly string[] {
  return Array.isArray(attributes);
}

/** `'*': true` takes all of the entity's, `name: true` one of them; anything else is made for this copy. */
function mapped(
  attributes: { readonly [name: string]: AttributeMapping },
  own: readonly ResolvedAttribute[],
  at: DocumentPath,
  parts: AttributeParts,
  lookup: Lookup & AttributeRules,
): readonly ResolvedAttribute[] {
  const picked: ResolvedAttribute[] = [];
  const made = Object.entries(attributes).flatMap(([name, mapping]) => {
    const here = [...at, name];
    if (mapping === true) {
      picked.push(...(name === '*' ? own : taken(name, own, here, lookup, 'key')));
      return [];
    }
    if (own.some((attribute) => attribute.name === name)) {
      const message = `the entity has an attribute ${name} already`;
      const fix = `Write ${name}: true to take it, or choose another name.`;
      lookup.problems.error(here, 'ATTRIBUTE_CLASH', message, fix, 'key');
      return [];
    }
    return explicitCandidate(name, mapping, here, parts, lookup);
  });
  return [...picked, ...settleCandidates(made, parts.reserved, parts.level, lookup)];
}

function taken(
  name: string,
  own: readonly ResolvedAttribute[],
  at: DocumentPath,
  { problems, doubtful }: Lookup & AttributeRules,
  spot: 'key' | 'value' = 'value',
): readonly ResolvedAttribute[] {
  const found = own.find((attribute) => attribute.name === name);
  if (found !== undefined) return [found];
  if (doubtful.has(name)) return [];
  const names = own.map((attribute) => attribute.name);
  const byColumn = own.find(({ value }) => value.kind === 'column' && value.column.column.name === name);
  const fix = suggestion(byColumn?.name ?? nearest(name, names), 'attributes', names);
  problems.error(at, 'UNKNOWN_ATTRIBUTE', `the entity has no attribute ${name}`, fix, spot);
  return [];
}

import { keyComponent } from '../compile/compile-template.js';
import type { ResolvedCopy, ResolvedEntity } from '../resolved-mapping.js';
import { ByHead, headOfTemplate } from './by-head.js';
import { areDisjoint, type KeyShape, keyShape } from './disjoint.js';

/** A copy whose keys are not proved to be unique in the table. */
export interface UniquenessFinding {
  readonly entity: string;
  readonly copy: string;
  /** The copy whose keys may be the same; null when two rows of this very copy may make one key. */
  readonly other: { readonly entity: string; readonly copy: string } | null;
  readonly message: string;
  readonly fix: string;
}

/** Column lists of the root table that are unique besides the entity's identity. */
export type UniqueKeysOf = (entity: ResolvedEntity) => readonly (readonly string[])[];

interface Candidate {
  readonly entity: ResolvedEntity;
  readonly copy: ResolvedCopy;
  readonly pk: KeyShape;
  readonly sk: KeyShape;
}

/**
 * What cannot be proved: a copy is unique when its key holds every column of the identity (or of a unique
 * key) without loss, and by its literals can never equal a key of another copy.
 *
 * Never wrong in one direction: what is not in the findings does not collide. What is in them may still be
 * unique for reasons that only the rows know.
 */
export function proveUnique(
  entities: readonly ResolvedEntity[],
  uniqueKeysOf: UniqueKeysOf = () => [],
): readonly UniquenessFinding[] {
  const findings: UniquenessFinding[] = [];
  const before = new ByHead<Candidate>();
  for (const entity of entities) {
    const keys = [entity.query.identity.map(({ name }) => name), ...uniqueKeysOf(entity)];
    for (const copy of entity.copies) {
      const held = columnsHeld(copy);
      const isOnly = entity.query.groups?.by.length === 0;
      if (!isOnly && !keys.some((key) => key.length > 0 && key.every((column) => held.has(column)))) {
        const missing = (keys[0] ?? []).filter((column) => !held.has(column));
        findings.push(notInjective(entity, copy, missing));
      }
      const candidate = {
        entity,
        copy,
        pk: keyShape(copy.pk, 'partition'),
        sk: keyShape(copy.sk, 'sort'),
      };
      const head = headOfTemplate(copy.pk);
      for (const other of before.meeting(head)) {
        if (!areDisjoint(candidate.pk, other.pk) && !areDisjoint(candidate.sk, other.sk)) {
          findings.push(notDisjoint(candidate, other));
        }
      }
      before.add(head, candidate);
    }
  }
  return findings;
}

/** Columns of the root that can be read back from the key. */
function columnsHeld(copy: ResolvedCopy): ReadonlySet<string> {
  const held = new Set<string>();
  for (const [template, role] of [
    [copy.pk, 'partition'],
    [copy.sk, 'sort'],
  ] as const) {
    for (const part of template.parts) {
      if (part.kind === 'column' && part.column.path === '' && keyComponent(part, role).injective) {
        held.add(part.column.column.name);
      }
    }
  }
  return held;
}

function notInjective(
  entity: ResolvedEntity,
  copy: ResolvedCopy,
  missing: readonly string[],
): UniquenessFinding {
  const columns = missing.join(', ');
  const lossy = [...copy.pk.parts, ...copy.sk.parts].flatMap((part) =>
    part.kind === 'column' && part.column.path === '' && missing.includes(part.column.column.name)
      ? part.transforms.map(({ name }) => `${name} of ${part.column.column.name}`)
      : [],
  );
  const why = lossy.length === 0 ? '' : ` (${lossy.join(', ')} is the same for different values)`;
  return {
    entity: entity.name,
    copy: copy.name,
    other: null,
    message: `two rows of ${entity.tableLabel} may make the same key: it does not hold ${columns} without loss${why}`,
    fix: `End the sort key with ${missing.map((column) => `#{${column}}`).join('')}.`,
  };
}

function notDisjoint(candidate: Candidate, other: Candidate): UniquenessFinding {
  return {
    entity: candidate.entity.name,
    copy: candidate.copy.name,
    other: { entity: other.entity.name, copy: other.copy.name },
    message:
      `may make the same key as ${other.entity.name}.${other.copy.name}: ` +
      `${candidate.copy.pk.text} / ${candidate.copy.sk.text} and ${other.copy.pk.text} / ${other.copy.sk.text}`,
    fix: 'Begin their partition or sort keys with different literals, such as ORDER# and CUSTOMER#.',
  };
}

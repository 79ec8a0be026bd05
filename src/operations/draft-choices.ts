import { type Draft, joinId } from '../draft/draft.js';
import { nearest } from '../support/nearest.js';
import { usageError } from './errors.js';

/** What a draft would do by itself and a person may not want. Names are `orders(customer_id)`. */
export interface DraftOffer {
  /** Lookup rows that would be joined in. */
  readonly joins: readonly Offered[];
  /** Foreign keys that would have an index key and an access pattern. */
  readonly foreignKeys: readonly Offered[];
  /** Other access patterns, by unique keys and by columns that queries name. */
  readonly patterns: readonly Offered[];
}

export interface Offered {
  readonly name: string;
  /** `country: its name`, `seen 1,200 times`; empty where there is nothing to add. */
  readonly about: string;
}

export interface OfferedTable {
  /** `schema.table`, as `--include` takes it. */
  readonly name: string;
  readonly rows: number | null;
}

/** Names of the offer that the draft is to leave out. */
export type Declined = readonly string[];

/** Whoever is asked: a person on a terminal. Each question comes at most once, in this order. */
export interface DraftQuestions {
  /** Those to be drafted, at least one. */
  tables(tables: readonly OfferedTable[]): Promise<readonly string[]>;
  decline(offer: DraftOffer): Promise<Declined>;
}

export function offerOf({ mapping, entities, paths }: Draft): DraftOffer {
  const joins = entities.flatMap(({ entity, label }) =>
    Object.entries(mapping.entities[entity]?.join ?? {}).map(
      ([name, { via, attributes = [] }]): Offered => ({
        name: joinId(label, String(via)),
        about: `its ${name}: ${attributes.join(', ')}`,
      }),
    ),
  );
  const offered = paths.map(({ id, why, calls }) => ({
    kind: why.kind,
    name: id,
    about: calls > 0 ? `seen ${calls.toLocaleString('en-US')} times` : '',
  }));
  const of = (foreign: boolean) =>
    offered
      .filter(({ kind }) => (kind === 'foreignKey') === foreign)
      .map(({ name, about }): Offered => ({ name, about }));
  return { joins, foreignKeys: of(true), patterns: of(false) };
}

/** Throws `USAGE_VALUE` where a name is none of the offer. */
export function refuseUnknown(declined: Declined, { joins, foreignKeys, patterns }: DraftOffer): void {
  const names = [...joins, ...foreignKeys, ...patterns].map(({ name }) => name);
  for (const name of declined) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    throw usageError('USAGE_VALUE', `--decline "${name}": the draft has no such choice`, {
      hint: near === null ? `There are ${names.join(', ') || 'none'}.` : `Did you mean "${near}"?`,
    });
  }
}

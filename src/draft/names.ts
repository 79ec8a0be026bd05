import { camelCase } from '../mapping/resolve/attribute-names.js';
import { type SourceSchema, type TableSchema, tableLabel } from '../source/source-schema.js';

export interface TableNames {
  readonly label: string;
  readonly entity: string;
  readonly prefix: string;
}

/** Entities and key prefixes by table label, each once, whatever the tables are called. */
export function nameTables(
  tables: readonly TableSchema[],
  { defaultSchema }: Pick<SourceSchema, 'defaultSchema'>,
): ReadonlyMap<string, TableNames> {
  const names = new Map<string, TableNames>();
  const entities = new Set<string>();
  const prefixes = new Set<string>();
  for (const table of tables) {
    const label = tableLabel(table, defaultSchema);
    const own = entityName(singular(table.name));
    const full = `${entityName(table.schema)}${own}`;
    const entity = free([own, full], entities);
    const prefix = free([keyPrefix(entity)], prefixes);
    names.set(label, { label, entity, prefix });
  }
  return names;
}

/** The first that is not taken, or the last with a number behind it. Takes it. */
export function free(candidates: readonly string[], taken: Set<string>): string {
  const last = candidates.at(-1) ?? '';
  let found = candidates.find((candidate) => !taken.has(candidate)) ?? last;
  for (let number = 2; taken.has(found); number += 1) found = `${last}${number}`;
  taken.add(found);
  return found;
}

/** `order_lines` → `OrderLines`; letters and digits only, a letter first. */
function entityName(name: string): string {
  const word = nameOf(name);
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** `OrderLine` → `ORDER_LINE` */
function keyPrefix(entity: string): string {
  return entity.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_').toUpperCase();
}

/** A name that a mapping takes for joins, patterns and parameters: `customer_id` → `customerId`. */
export function nameOf(text: string): string {
  const word = camelCase(text).replaceAll(/[^A-Za-z0-9]/g, '');
  if (word === '') return 'unnamed';
  return /^[A-Za-z]/.test(word) ? word : `n${word}`;
}

/** English only, and only what is certain enough: `categories` → `category`, `statuses` → `status`, `address` as it is. */
export function singular(name: string): string {
  if (/ies$/i.test(name) && !/(series|species|movies|cookies)$/i.test(name)) {
    return name.slice(0, -3) + (name.endsWith('S') ? 'Y' : 'y');
  }
  if (/(series|species)$/i.test(name)) return name;
  if (/(ss|sh|ch|x|zz|[tnprl]us)es$/i.test(name)) return name.slice(0, -2);
  return /[^suiu]s$/i.test(name) ? name.slice(0, -1) : name;
}

/** `category` → `categories`; a plural stays. */
export function plural(name: string): string {
  if (singular(name) !== name) return name;
  if (/[^aeiou]y$/i.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|sh|ch|x|z)$/i.test(name) ? `${name}es` : `${name}s`;
}

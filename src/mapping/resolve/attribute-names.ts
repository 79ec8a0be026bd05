/** How column names become attribute names. */
export type NamingRule = 'camelCase' | 'asIs';

/** `customer_id` → `customerId`, or as it is. */
export function attributeName(column: string, rule: NamingRule): string {
  return rule === 'asIs' ? column : camelCase(column);
}

/** A parent's column in the entity: `customerName` or `customer_name` for `name` of the join `customer`. */
export function joinedName(join: string, column: string, rule: NamingRule): string {
  return rule === 'asIs' ? `${join}_${column}` : camelCase(`${join}_${upperFirst(camelCase(column))}`);
}

/**
 * `customer_id`, `CUSTOMER_ID`, `CustomerId` and `customerId` all become `customerId`. Words end at whatever
 * is neither letter nor digit, which is left out; leading underscores stay (`_rev`); digits stay where they
 * are (`line_2` → `line2`); capitals inside a word stay (`parentURL`), a run of them in front goes down
 * (`URLPath` → `urlPath`). What has no letter or digit stays as it is. Applying it twice changes nothing.
 */
export function camelCase(name: string): string {
  const lead = /^_*/.exec(name)?.[0] ?? '';
  const shouted = !/\p{Ll}/u.test(name);
  const words = name.match(/[\p{L}\p{M}\p{N}]+/gu);
  if (words === null) return name;
  const [first = '', ...rest] = words.map((word) => (shouted ? word.toLowerCase() : word));
  return lead + lowerFirst(first) + rest.map(upperFirst).join('');
}

/** A leading run of capitals, but for the one that starts the next word. */
function lowerFirst(word: string): string {
  return word.replace(/^\p{Lu}+(?=\p{Lu}\p{Ll})|^\p{Lu}+/u, (capitals) => capitals.toLowerCase());
}

function upperFirst(word: string): string {
  const [first = ''] = word;
  return first.toUpperCase() + word.slice(first.length);
}

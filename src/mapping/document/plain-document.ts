import { mappingError } from '../errors.js';

/**
 * A copy that holds nothing but JSON: what a module left `undefined` is absent. Functions and other
 * things stay, for the validation to refuse. Throws `MAPPING_SYNTAX` when the document holds itself.
 */
export function plainDocument(document: unknown, file: string): unknown {
  return copy(document, []);

  function copy(value: unknown, around: readonly unknown[]): unknown {
    if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
    if (around.includes(value)) {
      throw mappingError('MAPPING_SYNTAX', `${file}: a part of the mapping contains itself`, {
        hint: 'Remove the alias or reference that leads back to what it stands in.',
      });
    }
    const inside = [...around, value];
    if (Array.isArray(value)) return value.map((element) => copy(element, inside));
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, copy(member, inside)] as const);
    return Object.fromEntries(members);
  }
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  // A module may run in another realm, where Object.prototype is another object.
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

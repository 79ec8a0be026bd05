import type { ResolvedTemplate } from '../template.js';
import { FIRST_OF_COMPONENT } from './key-codec.js';

/**
 * Things by the text that their keys begin with, up to and with the first separator, where that is all literal: of two
 * different heads no key is of both. Null: the beginning is not so fixed, and may be anything.
 */
export class ByHead<Thing> {
  readonly #things: Thing[] = [];
  readonly #placesOf = new Map<string | null, number[]>();

  add(head: string | null, thing: Thing): void {
    const places = this.#placesOf.get(head);
    if (places === undefined) this.#placesOf.set(head, [this.#things.length]);
    else places.push(this.#things.length);
    this.#things.push(thing);
  }

  /** Those that may begin alike, in the order in which they were added. */
  meeting(head: string | null): readonly Thing[] {
    if (head === null) return this.#things;
    const [alike, any] = [this.#placesOf.get(head) ?? [], this.#placesOf.get(null) ?? []];
    const places = any.length === 0 ? alike : [...alike, ...any].sort((a, b) => a - b);
    return places.flatMap((place) => this.#things[place] ?? []);
  }
}

/** The head of all keys that the template makes. */
export function headOfTemplate({ parts: [first] }: ResolvedTemplate): string | null {
  return first?.kind === 'literal' ? headOf(first.text) : null;
}

/** The head of a key that begins with this literal text. */
export function headOf(literal: string): string | null {
  for (let at = 0; at < literal.length; at += 1) {
    if (literal.charCodeAt(at) < FIRST_OF_COMPONENT) return literal.slice(0, at + 1);
  }
  return null;
}

import type { ResolvedTemplate } from '../template.js';
import { FIRST_OF_COMPONENT } from './key-codec.js';
import { parseTemplate } from './key-template.js';

/** What texts a template can make: literals, and components whose value is unknown. */
export type Shape = readonly ShapePart[];
export type ShapePart = string | typeof COMPONENT;

/** Any run of characters that key components are made of: those from `%` on. */
export const COMPONENT = Symbol('component');

export function shapeOfTemplate({ parts }: ResolvedTemplate): Shape {
  return parts.map((part) => (part.kind === 'literal' ? part.text : COMPONENT));
}

/** Placeholders of an access pattern are its parameters. */
export function shapeOfPattern(text: string): Shape {
  return parseTemplate(text).parts.map((part) => (part.kind === 'literal' ? part.text : COMPONENT));
}

/** Some text is of both shapes. */
export function canEqual(a: Shape, b: Shape): boolean {
  return meet(characters(a), characters(b), false);
}

/** Some text of `shape` begins with one of `prefix`. */
export function canStart(prefix: Shape, shape: Shape): boolean {
  return meet(characters(prefix), characters(shape), true);
}

/** Characters of literals, and components as they are. */
function characters(shape: Shape): readonly ShapePart[] {
  return shape.flatMap((part): readonly ShapePart[] => (typeof part === 'string' ? [...part] : [part]));
}

/**
 * Walks both at once. A component takes any run of its characters; against another component, either may
 * end first. Templates have a few dozen characters, so the pairs of positions are few.
 */
function meet(a: readonly ShapePart[], b: readonly ShapePart[], prefix: boolean): boolean {
  const tried = new Set<number>();
  return from(0, 0);

  function from(i: number, j: number): boolean {
    const key = i * (b.length + 1) + j;
    if (tried.has(key)) return false;
    tried.add(key);
    const [left, right] = [a[i], b[j]];
    if (left === undefined && (prefix || right === undefined)) return true;
    if (left === COMPONENT && from(i + 1, j)) return true;
    if (right === COMPONENT && from(i, j + 1)) return true;
    if (typeof left === 'string' && typeof right === 'string') return left === right && from(i + 1, j + 1);
    if (typeof left === 'string') return right !== undefined && isOfComponent(left) && from(i + 1, j);
    return typeof right === 'string' && left !== undefined && isOfComponent(right) && from(i, j + 1);
  }
}

function isOfComponent(character: string): boolean {
  return character.charCodeAt(0) >= FIRST_OF_COMPONENT;
}

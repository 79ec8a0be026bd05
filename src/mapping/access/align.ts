import { FIRST_OF_COMPONENT } from '../key/key-codec.js';
import { parseTemplate } from '../key/key-template.js';
import type { ResolvedTemplate, TransformCall } from '../template.js';

/** A pattern's template, part by part: literal characters, and placeholders that are parameters. */
export type PatternToken = string | PatternPlaceholder;

export interface PatternPlaceholder {
  readonly name: string;
  readonly transforms: readonly TransformCall[];
}

/** How a pattern's template lies on the key template of a copy. */
export interface Alignment {
  /** For each placeholder of the pattern, in order, the component of the copy: its position among `parts`. */
  readonly parts: readonly number[];
  /** Literal text that stands for a component, or for its beginning, by position among `parts`. */
  readonly texts: ReadonlyMap<number, string>;
  /** The component within whose literal text the pattern ends; null where it ends between components. */
  readonly cut: number | null;
  /** What of the copy's template is behind the pattern's end, as text up to its next component. */
  readonly tail: string;
  /** Nothing is behind the pattern's end. */
  readonly complete: boolean;
}

export function patternTokens(text: string): readonly PatternToken[] {
  return parseTemplate(text).parts.flatMap((part): readonly PatternToken[] =>
    part.kind === 'literal'
      ? [...part.text]
      : [
          {
            name: part.path === '' ? part.column : `${part.path}.${part.column}`,
            transforms: part.transforms,
          },
        ],
  );
}

/**
 * Lays a pattern on a copy's template: a placeholder is one whole component, and a literal may be the value of a
 * component (`STATUS#PAID` of `STATUS#{status}`). A placeholder with transforms lies only on a component with the
 * same. Null where it does not fit. With `prefix` the pattern may end before the template does.
 */
export function align(
  pattern: readonly PatternToken[],
  template: ResolvedTemplate,
  prefix: boolean,
): Alignment | null {
  const copy = template.parts.flatMap((part, index): readonly (string | number)[] =>
    part.kind === 'literal' ? [...part.text] : [index],
  );
  const dead = new Set<number>();
  const parts: number[] = [];
  const characters: (readonly [part: number, character: string])[] = [];
  const end = from(0, 0);
  if (end === null) return null;
  let tail = '';
  for (let at = end; typeof copy[at] === 'string'; at += 1) tail += copy[at];
  const texts = new Map<number, string>();
  for (const [part, character] of characters) texts.set(part, (texts.get(part) ?? '') + character);
  const last = copy[end];
  const cut = typeof last === 'number' && texts.has(last) ? last : null;
  return { parts, texts, cut, tail, complete: end === copy.length };

  /** Where in the copy the pattern ends. Patterns have few dozen characters, so the pairs of positions are few. */
  function from(i: number, j: number): number | null {
    const state = i * (copy.length + 1) + j;
    if (dead.has(state)) return null;
    const [token, piece] = [pattern[i], copy[j]];
    if (token === undefined && (prefix || piece === undefined)) return j;
    const found = step(token, piece, i, j);
    if (found === null) dead.add(state);
    return found;
  }

  function step(
    token: PatternToken | undefined,
    piece: string | number | undefined,
    i: number,
    j: number,
  ): number | null {
    if (piece === undefined) return null;
    if (token === undefined) return typeof piece === 'number' ? from(i, j + 1) : null;
    if (typeof piece === 'string') return token === piece ? from(i + 1, j + 1) : null;
    if (typeof token === 'string') {
      return inside(token, piece, i, j) ?? from(i, j + 1);
    }
    const part = template.parts[piece];
    if (part?.kind !== 'column' || !sameTransforms(token.transforms, part.transforms)) return null;
    parts.push(piece);
    const found = from(i + 1, j + 1);
    if (found === null) parts.pop();
    return found;
  }

  function inside(token: string, part: number, i: number, j: number): number | null {
    if (token.charCodeAt(0) < FIRST_OF_COMPONENT) return null;
    characters.push([part, token]);
    const found = from(i + 1, j);
    if (found === null) characters.pop();
    return found;
  }
}

/** A pattern need not repeat the transforms of the copy. */
function sameTransforms(asked: readonly TransformCall[], there: readonly TransformCall[]): boolean {
  return asked.length === 0 || JSON.stringify(asked) === JSON.stringify(there);
}

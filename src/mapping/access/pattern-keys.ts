import type { AccessPattern, SortCondition } from '../mapping.js';
import { patternTokens } from './align.js';

/** The keys of a pattern over attributes: a text or a condition for each. */
export interface AttributeTexts {
  readonly partition: readonly string[];
  readonly sort: readonly SortCondition[];
}

/** One attribute needs no list. */
export function attributeTexts({ pk, sk }: AccessPattern): AttributeTexts {
  const partition = isList(pk) ? pk : [pk];
  return { partition, sort: sk === undefined ? [] : isList(sk) ? sk : [sk] };
}

export interface TemplateTexts {
  readonly pk: string;
  readonly sk: SortCondition | undefined;
}

/** The keys of a pattern over templates; null for lists, which name attributes. */
export function templateTexts({ pk, sk }: AccessPattern): TemplateTexts | null {
  return isList(pk) || isList(sk) ? null : { pk, sk };
}

/** What an attribute is compared with: a value as people write it, or a parameter. */
export type Term =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string };

/** Null for what is neither: an attribute's value is not put together. */
export function termOf(text: string): Term | null {
  const tokens = patternTokens(text);
  const [only, ...rest] = tokens;
  if (typeof only === 'object' && rest.length === 0) {
    return only.transforms.length === 0 ? { kind: 'parameter', name: only.name } : null;
  }
  return tokens.every((token) => typeof token === 'string') ? { kind: 'value', text: tokens.join('') } : null;
}

/** `Array.isArray` does not tell a readonly list from what else a union holds. */
export function isList<Entry>(value: Entry | readonly Entry[]): value is readonly Entry[] {
  return Array.isArray(value);
}

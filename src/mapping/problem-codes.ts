import type { Code } from './codes/code.js';
import { DOCUMENT_CODES, SOURCE_CODES } from './codes/document-codes.js';
import { ACCESS_CODES, ATTRIBUTE_CODES, KEY_CODES } from './codes/item-codes.js';

/** Every code that a problem of a mapping can have, by what it is about. `docs/problems.md` is written from it. */
export const CODE_AREAS = {
  'The document': DOCUMENT_CODES,
  'Tables, joins and embeds': SOURCE_CODES,
  'Attributes and items': ATTRIBUTE_CODES,
  'Keys and indexes': KEY_CODES,
  'Access patterns and load': ACCESS_CODES,
} as const satisfies { readonly [area: string]: { readonly [code: string]: Code } };

const CODES = {
  ...DOCUMENT_CODES,
  ...SOURCE_CODES,
  ...ATTRIBUTE_CODES,
  ...KEY_CODES,
  ...ACCESS_CODES,
} as const;

export const PROBLEM_CODES: { readonly [Name in ProblemCode]: Code } = CODES;

export type ProblemCode = keyof typeof CODES;

export type WarningCode = {
  [Name in ProblemCode]: (typeof CODES)[Name]['severity'] extends 'warning' ? Name : never;
}[ProblemCode];

export const WARNING_CODES = (Object.keys(CODES) as ProblemCode[]).filter(isWarning);

function isWarning(code: ProblemCode): code is WarningCode {
  return CODES[code].severity === 'warning';
}

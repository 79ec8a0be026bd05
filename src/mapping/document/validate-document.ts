import type { z } from 'zod';
import { nearest } from '../../support/nearest.js';
import type { Mapping } from '../mapping.js';
import { mappingSchema } from '../mapping-schema.js';
import type { DocumentPath, DocumentProblem, Spot } from '../problem.js';
import type { ProblemCode } from '../problem-codes.js';
import { DERIVE_IN_DATA } from '../schema/words.js';

type Issue = z.core.$ZodIssue;
type UnionIssue = z.core.$ZodIssueInvalidUnion;

/** A document that is a mapping, or everything that keeps it from being one. */
export type Validation =
  | { readonly mapping: Mapping; readonly problems: readonly [] }
  | { readonly mapping: null; readonly problems: readonly DocumentProblem[] };

/** Checks the shape alone: keys, types, words. What the names in it mean is `resolve-mapping.ts`'s to say. */
export function validateDocument(document: unknown): Validation {
  const result = mappingSchema.safeParse(document);
  if (result.success) return { mapping: result.data, problems: [] };
  return { mapping: null, problems: describeIssues(result.error.issues, document, []) };
}

/** `above` is the path of what the issues' own paths start from; `value` is what is there. */
function describeIssues(issues: readonly Issue[], value: unknown, above: DocumentPath): DocumentProblem[] {
  const slips = new Set(issues.flatMap((issue) => misspeltKeys(issue).map((key) => pathText(issue, key))));
  return issues.flatMap((issue) => {
    const found = valueAt(value, issue.path);
    if (found === undefined && slips.has(pathText(issue))) return []; // the misspelt key says it already
    return describeIssue(issue, found, [...above, ...issue.path] as DocumentPath); // JSON has no symbols
  });
}

function describeIssue(issue: Issue, found: unknown, path: DocumentPath): readonly DocumentProblem[] {
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = issue.message.split(' ');
      return issue.keys.map((key) => {
        const near = nearest(key, known);
        const fix = near === null ? `Known here are ${known.join(', ')}.` : `Did you mean ${near}?`;
        return problem('UNKNOWN_KEY', `there is no key ${key} here`, fix, [...path, key], 'key');
      });
    }
    case 'invalid_union':
      return describeUnion(issue, found, path);
    case 'invalid_type':
      return [found === undefined ? missing(path, issue.expected) : wrongType([issue], found, path)];
    case 'invalid_value':
      return [found === undefined ? missing(path, wordsOf(issue)) : wrongType([issue], found, path)];
    case 'invalid_key': {
      const why = issue.issues[0]?.message ?? issue.message;
      return [problem('INVALID_NAME', `${String(path.at(-1))} is no name: ${why}`, null, path, 'key')];
    }
    case 'invalid_format':
      return [problem('INVALID_NAME', `${String(found)} is no name: ${issue.message}`, null, path)];
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') return [empty(path)];
      return [problem('WRONG_VALUE', `${String(found)} is too small`, null, path)];
    case 'custom':
      return [issue.message === DERIVE_IN_DATA ? noFunction(found, path) : empty(path)];
    default:
      return [problem('WRONG_VALUE', issue.message, null, path)];
  }
}

/** A value that no form of a union takes is measured against the form that was probably meant. */
function describeUnion(issue: UnionIssue, found: unknown, path: DocumentPath): readonly DocumentProblem[] {
  if (found === undefined) return [missing(path, null)];
  const fitting = issue.errors.filter((issues) => !issues.some((inner) => isOtherForm(inner)));
  const [meant] = fitting
    .map((issues) => ({ issues, cost: costOf(issues, found) }))
    .sort((a, b) => a.cost - b.cost);
  if (meant !== undefined) return describeIssues(meant.issues, found, path);
  return [wrongType(issue.errors.flat(), found, path)];
}

/** The value itself is not of this form, whatever is in it. */
function isOtherForm(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') return issue.errors.every((issues) => issues.some(isOtherForm));
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

/** Unknown and missing keys count; an unknown key that is nearly a missing one is a slip of the pen. */
function costOf(issues: readonly Issue[], found: unknown): number {
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const absent = issues.filter(({ path }) => path.length === 1 && valueAt(found, path) === undefined);
  return unknown.length + absent.length - 1.5 * issues.flatMap(misspeltKeys).length;
}

/** Known keys that unknown ones were probably meant to be. */
function misspeltKeys(issue: Issue): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const known = issue.message.split(' ');
  return issue.keys.flatMap((key) => nearest(key, known) ?? []);
}

function pathText(issue: Issue, ...more: readonly string[]): string {
  return JSON.stringify([...issue.path, ...more]);
}

function wrongType(issues: readonly Issue[], found: unknown, path: DocumentPath): DocumentProblem {
  const words = [...new Set(issues.flatMap((issue) => wordsOf(issue) ?? []))];
  const expected = issues.flatMap((issue) => (issue.code === 'invalid_type' ? formOf(issue.expected) : []));
  const wanted = [...new Set([...words, ...expected])].join(' or ');
  if (typeof found === 'string' && expected.length === 0) {
    const near = nearest(found, words);
    const fix = near === null ? `Write ${wanted}.` : `Did you mean ${near}?`;
    return problem('WRONG_VALUE', `${JSON.stringify(found)} is not one of ${words.join(', ')}`, fix, path);
  }
  const quotes = expected.includes('text') && isObject(found) && !Array.isArray(found);
  const dash = expected.includes('a list') && typeof found === 'string' && found.startsWith('-');
  const fix = quotes
    ? "Put text that starts with a brace in quotes: '{column}'."
    : dash
      ? 'A space stands behind the dash of each entry: - column.'
      : `Write ${wanted}.`;
  return problem('WRONG_TYPE', `${describe(found)} stands where ${wanted} is expected`, fix, path);
}

function wordsOf(issue: Issue): readonly string[] | null {
  if (issue.code === 'invalid_union') return issue.errors.flat().flatMap((inner) => wordsOf(inner) ?? []);
  return issue.code === 'invalid_value' ? issue.values.map(String) : null;
}

function missing(path: DocumentPath, expected: string | readonly string[] | null): DocumentProblem {
  const form = typeof expected === 'string' ? formOf(expected) : (expected?.join(' or ') ?? null);
  const fix = form === null ? 'Add it.' : `Add it: ${form}.`;
  return problem('MISSING_KEY', `${String(path.at(-1) ?? 'the mapping')} is missing`, fix, path, 'key');
}

function noFunction(found: unknown, path: DocumentPath): DocumentProblem {
  if (found === undefined) return missing(path, 'a function');
  const fix = "Write the mapping in TypeScript (docs/mapping.md), or a template such as '{first} {last}'.";
  return problem('DERIVE_FUNCTION', DERIVE_IN_DATA, fix, path);
}

function empty(path: DocumentPath): DocumentProblem {
  return problem('EMPTY', `${String(path.at(-1))} is empty`, 'Fill it in or leave it out.', path);
}

function problem(
  code: ProblemCode,
  message: string,
  fix: string | null,
  path: DocumentPath,
  spot: Spot = 'value',
): DocumentProblem {
  return { severity: 'error', code, message, fix, path, spot };
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    document,
  );
}

function isObject(value: unknown): value is { readonly [key: PropertyKey]: unknown } {
  return typeof value === 'object' && value !== null;
}

/** Zod's word for a type as people say it. */
function formOf(type: string): string {
  const forms: Record<string, string> = { string: 'text', array: 'a list', object: 'a map', record: 'a map' };
  return forms[type] ?? (type === 'int' ? 'a whole number' : `a ${type}`);
}

function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return `text (${JSON.stringify(value)})`;
  return typeof value === 'function' ? 'a function' : `${typeof value} ${String(value)}`;
}

import type { CompiledPattern, PatternParameter } from '../mapping/access/compile-pattern.js';
import type { AccessPattern, Mapping } from '../mapping/mapping.js';
import { nearest } from '../support/nearest.js';
import { usageError } from './errors.js';

/** Throws `USAGE_VALUE` with the patterns there are. */
export function findPattern(name: string, { accessPatterns = {} }: Mapping): AccessPattern {
  const found = Object.hasOwn(accessPatterns, name) ? accessPatterns[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(accessPatterns);
  const near = nearest(name, names);
  const known =
    names.length === 0
      ? 'It has none: write accessPatterns, one for each query that the application makes.'
      : `It has ${names.join(', ')}.`;
  throw usageError('USAGE_VALUE', `the mapping has no access pattern ${JSON.stringify(name)}`, {
    hint: near === null ? known : `Did you mean ${near}? ${known}`,
  });
}

/** Every parameter that is needed has a value, and every value is a parameter's. Throws `USAGE_VALUE`, `USAGE_MISSING`. */
export function completeParameters(
  pattern: CompiledPattern,
  given: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const { name, parameters } = pattern;
  const names = parameters.map((parameter) => parameter.name);
  for (const asked of given.keys()) {
    if (names.includes(asked)) continue;
    const near = nearest(asked, names);
    throw usageError('USAGE_VALUE', `${name} has no parameter ${JSON.stringify(asked)}`, {
      hint: `${near === null ? '' : `Did you mean --${near}? `}${usageOf(pattern)}`,
    });
  }
  const missing = parameters.filter((parameter) => !parameter.optional && !given.has(parameter.name));
  if (missing.length === 0) return given;
  const list = missing.map((parameter) => `--${parameter.name}`).join(', ');
  throw usageError('USAGE_MISSING', `${name} needs ${list}`, { hint: usageOf(pattern) });
}

export function misfit(
  pattern: CompiledPattern,
  { parameter, value }: { readonly parameter: PatternParameter; readonly value: string },
): Error {
  const message = `--${parameter.name} ${JSON.stringify(value)} is not ${parameter.expects}: it stands for ${parameter.column}`;
  return usageError('USAGE_VALUE', message, { hint: usageOf(pattern) });
}

export function unserved(name: string, file: string): Error {
  return usageError('USAGE_VALUE', `no copy of an entity has the keys of the access pattern ${name}`, {
    hint: `tablefold check --mapping ${file} says more.`,
  });
}

/** `It takes --customerId (a whole number of 64 bits), --shard (…; optional).` */
function usageOf({ name, parameters }: CompiledPattern): string {
  if (parameters.length === 0) return `${name} takes no parameters.`;
  const list = parameters.map((parameter) => {
    const optional = parameter.optional ? '; all of them where it is left out' : '';
    return `--${parameter.name} (${parameter.expects}${optional})`;
  });
  return `${name} takes ${list.join(', ')}.`;
}

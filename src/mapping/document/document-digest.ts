import { createHash } from 'node:crypto';

/**
 * sha256 (hex) of what a document makes: YAML and TypeScript of the same meaning have the same digest,
 * and comments, formatting and the order of keys play no part. Except under `items`, where the first
 * copy is the primary one. What `check` is not to say plays no part either. A function says nothing of what it
 * computes: `code` does, which is digested where the document holds one.
 */
export function documentDigest(
  { check: _, ...document }: object & { readonly check?: unknown },
  code: () => string = () => '',
): string {
  const hash = createHash('sha256').update(canonicalJson(document));
  if (functionsIn(document).length > 0) hash.update(`\n${code()}`);
  return hash.digest('hex');
}

/** Every function in a document, in the order of its keys. */
export function functionsIn(value: unknown): readonly ((...args: never) => unknown)[] {
  if (typeof value === 'function') return [value as (...args: never) => unknown];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(functionsIn);
}

/** JSON with sorted keys. */
export function canonicalJson(value: unknown, ordered = false): string {
  if (Array.isArray(value)) return `[${value.map((element) => canonicalJson(element)).join(',')}]`;
  if (typeof value === 'function') return '{"function":true}';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  if (!ordered) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const members = entries.map(([key, member]) => {
    return `${JSON.stringify(key)}:${canonicalJson(member, key === 'items')}`;
  });
  return `{${members.join(',')}}`;
}

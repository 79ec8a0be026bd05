import { createHash } from 'node:crypto';
import type { WireItem } from '../item/attribute-value.js';
import { usageError } from './errors.js';

/** How far one target is read: from its beginning, behind an item's keys, or to its end. */
export type Cursor = 'begin' | 'end' | WireItem;

/** Opaque text that continues the same question, and no other. */
export function pageToken(cursors: readonly Cursor[], asked: string): string {
  return Buffer.from(JSON.stringify([digestOf(asked), cursors])).toString('base64url');
}

/** Throws `USAGE_VALUE` for a text that is no token, or one of another question. */
export function cursorsOf(token: string | undefined, asked: string, targets: number): readonly Cursor[] {
  if (token === undefined) return Array.from({ length: targets }, () => 'begin' as const);
  const [digest, cursors] = decode(token);
  if (digest !== digestOf(asked) || !Array.isArray(cursors) || cursors.length !== targets) {
    throw usageError('USAGE_VALUE', 'the page token is not one of this query', {
      hint: 'Give the same pattern, parameters, table and mapping that printed it, or leave it out.',
    });
  }
  return cursors as readonly Cursor[];
}

function decode(token: string): readonly unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(content) ? content : [];
  } catch {
    return []; // no JSON: as little a token of this query as one of another
  }
}

function digestOf(asked: string): string {
  return createHash('sha256').update(asked).digest('base64url').slice(0, 16);
}

import { readFile } from 'node:fs/promises';
import { Flags } from '@oclif/core';
import type { CatchUpRequest } from '../operations/catch-up/catch-up.js';
import { parseKeyLines } from '../operations/catch-up/key-lines.js';
import { parseWatermark, type Watermark } from '../operations/catch-up/watermark.js';
import { usageError } from '../operations/errors.js';
import { messageOf } from '../support/error.js';
import { durationFlag } from './duration.js';

const watermarkFlag = Flags.custom<Watermark>({
  helpValue: 'COLUMN=VALUE',
  parse: async (text) => parseWatermark(text),
});

/** Of commands that can be confined to the rows that changed. */
export const changedFlags = {
  'changed-since': watermarkFlag({
    exclusive: ['keys'],
    description:
      'Only rows whose COLUMN is VALUE or later (a moment in UTC, a date, an integer), and whatever joins or embeds them: their items are written over.',
    helpGroup: 'CATCH-UP',
  }),
  overlap: durationFlag({
    dependsOn: ['changed-since'],
    defaultHelp: async () => '15m',
    description: 'Begin so long before VALUE: longer than the longest transaction of the source.',
    helpGroup: 'CATCH-UP',
  }),
  keys: Flags.string({
    helpValue: 'FILE',
    description:
      'Only the rows of one --entity whose keys FILE holds, one a line as text or JSON object, and whatever joins or embeds them, in every entity.',
    helpGroup: 'CATCH-UP',
  }),
};

/** The rows that are asked for; undefined: all. Reads the file of `--keys`. Throws `USAGE_*`. */
export async function changedOf(flags: {
  readonly 'changed-since'?: Watermark | undefined;
  readonly overlap?: number | undefined;
  readonly keys?: string | undefined;
  readonly entity?: readonly string[] | undefined;
}): Promise<CatchUpRequest | undefined> {
  const { 'changed-since': watermark, overlap, keys, entity: [entity, ...others] = [] } = flags;
  if (watermark !== undefined) return { kind: 'since', watermark, overlapMs: overlap };
  if (keys === undefined) return undefined;
  if (entity === undefined || others.length > 0) {
    throw usageError('USAGE_COMBINATION', '--keys holds the keys of one entity', {
      hint: 'Say whose with one --entity NAME; every entity that holds something of these rows is written.',
    });
  }
  return { kind: 'keys', entity, lines: parseKeyLines(await textOf(keys)) };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usageError('USAGE_VALUE', `--keys ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Name a file of one key a line, as text or as JSON object: {"id": 42}.',
    });
  }
}

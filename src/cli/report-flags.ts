import { Flags } from '@oclif/core';
import { MAX_SAMPLE } from '../operations/diff-sample.js';
import { parsePercent } from '../operations/sample-chunks.js';

/** Reports as files, beside what is printed. */
export const reportFlags = {
  html: Flags.string({
    helpValue: 'FILE',
    description: 'Write the report as one HTML file that needs no network: charts, tables, search.',
    helpGroup: 'OUTPUT',
  }),
  markdown: Flags.string({
    helpValue: 'FILE',
    description: 'Write a summary in Markdown, for pull requests; - prints it instead of the report.',
    helpGroup: 'OUTPUT',
  }),
};

/** Of commands that compare the whole table with the rows. */
export const comparisonFlags = {
  samples: Flags.integer({
    default: 5,
    min: 0,
    max: 1000,
    helpValue: 'ITEMS',
    description: 'Differences of each kind that are shown.',
  }),
  'max-read-units': Flags.integer({
    min: 1,
    helpValue: 'UNITS/S',
    description: 'Read units a second to stay below where items are compared. Default: what the table gives.',
  }),
  sample: Flags.integer({
    min: 1,
    max: MAX_SAMPLE,
    helpValue: 'ITEMS',
    description:
      'Compare only so many of the items that the rows make, chosen by chance, and read no others from the table: what differs in all, with its 95 % interval. Orphans are not seen.',
  }),
};

/** Of commands that may look at a part of the rows, chosen by chance. */
export const sampleFlags = {
  sample: Flags.custom<number>({ helpValue: 'N%', parse: async (text) => parsePercent(text) })({
    exclusive: ['limit', 'where-key', 'sql'],
    description:
      'Read only so much of the rows, chosen by chance all over the keys, and estimate what all of them make: totals with 95 % intervals.',
  }),
  seed: Flags.integer({
    min: 0,
    dependsOn: ['sample'],
    description: 'Which part --sample reads: the same number, the same rows. Default: 1.',
  }),
};

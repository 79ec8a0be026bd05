import { Flags } from '@oclif/core';
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
    description: 'Read units a second of the Scan to stay below. Default: what the table gives.',
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

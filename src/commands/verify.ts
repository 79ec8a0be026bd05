import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { EXIT } from '../cli/exit-codes.js';
import { mappingFlag, readFlags, selectionFlags, snapshotFlags, tableFlags } from '../cli/flags.js';
import { verifyMarkdown } from '../cli/markdown.js';
import { openMapping, openSinkOf, openSourceOf } from '../cli/open-run.js';
import { expectedRows, showProgress } from '../cli/progress.js';
import { renderVerify } from '../cli/render-verify.js';
import { pageOfDifferences, writeHtml, writeMarkdown } from '../cli/report-files.js';
import { comparisonFlags, reportFlags } from '../cli/report-flags.js';
import { recordHistory } from '../cli/run-history.js';
import { usageError } from '../operations/errors.js';
import { DEFAULT_SETS, verify } from '../operations/verify/verify.js';

export default class Verify extends BaseCommand {
  static override summary = 'The verdict: access patterns against their SQL, and every item against its row.';
  static override description =
    'Asks every access pattern that has sql on both sides, with parameters drawn from the rows, and compares the answers: rows, attributes of the same name by type and value, and their order. Then compares every item as diff does. Writes nothing. The SQL runs in a transaction that cannot write. Exit 6 when something differs, or SQL cannot be asked.';
  static override examples = [
    '<%= config.bin %> verify --mapping mappings/shop.yaml --source postgres://reader@localhost/shop',
    {
      description: 'The access patterns alone, with more parameters',
      command: '<%= config.bin %> verify -m mappings/shop.yaml --only patterns --parameter-sets 200',
    },
    {
      description: 'Ten thousand items by chance instead of all of them',
      command: '<%= config.bin %> verify -m mappings/shop.yaml --sample 10000',
    },
    {
      description:
        'The verdict as a page: each pattern with its SQL and what differs, each difference of the items',
      command: '<%= config.bin %> verify -m mappings/shop.yaml --html verify.html',
    },
    {
      description: 'In a pipeline: a summary for the pull request, exit 6 where something differs',
      command: '<%= config.bin %> verify -m mappings/shop.yaml --markdown verify.md',
    },
  ];
  static override flags = {
    ...mappingFlag,
    ...readFlags,
    'source-patience': snapshotFlags['source-patience'],
    ...tableFlags,
    entity: selectionFlags.entity,
    only: Flags.option({
      options: ['items', 'patterns'] as const,
      description: 'Only the items, or only the access patterns. Default: both.',
    })(),
    'parameter-sets': Flags.integer({
      default: DEFAULT_SETS,
      min: 1,
      max: 10_000,
      helpValue: 'SETS',
      description: 'How often each access pattern is asked, each time with other values.',
    }),
    seed: Flags.integer({
      default: 1,
      min: 0,
      description:
        'Draws the parameters and the sample: the same number, the same values and items of the same rows.',
    }),
    ...reportFlags,
    samples: comparisonFlags.samples,
    sample: comparisonFlags.sample,
    'max-read-units': comparisonFlags['max-read-units'],
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Verify);
    if (flags.only === 'patterns' && flags.sample !== undefined) {
      throw usageError('USAGE_VALUE', '--sample chooses items, and --only patterns compares none', {
        hint: 'Leave one of the two off; --parameter-sets says how often patterns are asked.',
      });
    }
    await this.perform(flags, async (session) => {
      const mapping = await openMapping(flags);
      await using source = await openSourceOf(flags, session);
      await using sink = await openSinkOf(mapping, { ...flags, concurrency: 16 }, session);
      const page = flags.html === undefined ? null : pageOfDifferences();
      const progress = showProgress(session, 'read');
      using history = recordHistory(progress.meter);
      try {
        const report = await verify({
          ...{
            mapping,
            source,
            sink,
            only: flags.only,
            entities: flags.entity,
            seed: flags.seed,
            samples: flags.samples,
          },
          sample: flags.sample === undefined ? undefined : { size: flags.sample, seed: flags.seed },
          parameterSets: flags['parameter-sets'],
          sourceConcurrency: flags['source-concurrency'],
          sourcePatienceMs: flags['source-patience'],
          maxReadUnits: flags['max-read-units'],
          ...(page === null ? {} : { onDifference: async (difference) => page.add(difference) }),
          meter: progress.meter,
          onPattern: (pattern) => session.log.info({ pattern }, 'asking the access pattern on both sides'),
          onPrepared: (prepared) => progress.start(expectedRows(prepared, {})),
          log: session.log,
          signal: session.signal,
        });
        if (page !== null) {
          const items = report.items === null ? null : page.data(report.items);
          const asked = mapping.mapping.accessPatterns ?? {};
          const data = { report: { ...report, items: null }, asked, items };
          const { version } = this.config;
          await writeHtml(flags.html, { kind: 'verify', version, data, history: history.points() });
        }
        const shown = renderVerify(report, flags.mapping);
        const text = await writeMarkdown(flags.markdown, () => verifyMarkdown(report), shown);
        return { report, text, exit: report.equal ? EXIT.done : EXIT.findings };
      } finally {
        progress.stop();
      }
    });
  }
}

import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { EXIT } from '../cli/exit-codes.js';
import { mappingFlag, readFlags, selectionFlags } from '../cli/flags.js';
import { openMapping, openSourceOf, selectionOf } from '../cli/open-run.js';
import { expectedRows, showProgress } from '../cli/progress.js';
import { renderPlan } from '../cli/render.js';
import { plan } from '../operations/plan.js';

export default class Plan extends BaseCommand {
  static override summary = 'Dry run: what would be written, measured over the real rows.';
  static override description =
    'Reads and maps every selected row and reports items, sizes, write units and rejects of each copy. Never opens the table.';
  static override examples = [
    '<%= config.bin %> plan --mapping mappings/shop.yaml --source postgres://reader@localhost/shop',
    {
      description: 'A quick look at one entity',
      command: '<%= config.bin %> plan -m mappings/shop.yaml -e Order --limit 1000',
    },
  ];
  static override flags = {
    ...mappingFlag,
    ...readFlags,
    ...selectionFlags,
    measure: Flags.boolean({
      allowNo: true,
      description:
        'Have the source count values that DynamoDB cannot hold: one scan of each table that can hold such. On, unless --limit or --where-key make it a quick look.',
    }),
    samples: Flags.integer({
      default: 1,
      min: 0,
      max: 100,
      helpValue: 'ITEMS',
      description: 'Example items shown of each copy.',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Plan);
    await this.perform(flags, async (session) => {
      const mapping = await openMapping(flags);
      await using source = await openSourceOf(flags, session);
      const progress = showProgress(session, 'read');
      try {
        const report = await plan({
          mapping,
          source,
          entities: flags.entity,
          selection: selectionOf(flags),
          samples: flags.samples,
          measure: flags.measure,
          sourceConcurrency: flags['source-concurrency'],
          meter: progress.meter,
          onPrepared: (prepared) => progress.start(expectedRows(prepared, flags)),
          signal: session.signal,
        });
        const exit = report.totals.rejects > 0 ? EXIT.findings : EXIT.done;
        return { report, text: renderPlan(report, flags.mapping), exit };
      } finally {
        progress.stop();
      }
    });
  }
}

import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { EXIT, exitCodeOf } from '../cli/exit-codes.js';
import {
  capacityFlag,
  costFlags,
  mappingFlag,
  readFlags,
  runFlags,
  selectionFlags,
  snapshotFlags,
  tableFlags,
} from '../cli/flags.js';
import { planMarkdown } from '../cli/markdown.js';
import {
  costOptionsOf,
  openMapping,
  openSourceOf,
  sampleOf,
  selectionOf,
  tableNowOf,
} from '../cli/open-run.js';
import { expectedRows, showProgress } from '../cli/progress.js';
import { renderPlan } from '../cli/render-plan.js';
import { renderStatements } from '../cli/render-statements.js';
import { writeHtml, writeMarkdown } from '../cli/report-files.js';
import { reportFlags, sampleFlags } from '../cli/report-flags.js';
import { recordHistory } from '../cli/run-history.js';
import { plan } from '../operations/plan.js';
import { costExcess } from '../operations/plan-cost.js';
import { planStatements } from '../operations/plan-statements.js';

export default class Plan extends BaseCommand {
  static override summary = 'Dry run: what would be written, measured over the real rows.';
  static override description =
    'Reads and maps every selected row and reports items, sizes, write units and rejects of each copy, how items spread over partition keys, the hottest of these, and what loading takes in time and money. Never opens the table; --preflight has it described.';
  static override examples = [
    '<%= config.bin %> plan --mapping mappings/shop.yaml --source postgres://reader@localhost/shop',
    {
      description: 'A quick look at one entity',
      command: '<%= config.bin %> plan -m mappings/shop.yaml -e Order --limit 1000',
    },
    {
      description: 'A hundredth of the rows, and from these about all',
      command: '<%= config.bin %> plan -m mappings/shop.yaml --sample 1%',
    },
    {
      description: 'The report to look at, to search and to hand on',
      command: '<%= config.bin %> plan -m mappings/shop.yaml --html plan.html',
    },
    {
      description: 'Time and money at a capacity; refuse what costs more than 500 dollars',
      command: '<%= config.bin %> plan -m mappings/shop.yaml --capacity provisioned:20000 --max-cost 500',
    },
    {
      description: 'How the load will go on the table as it is set, and what to set before',
      command: '<%= config.bin %> plan -m mappings/shop.yaml --preflight --region eu-west-1',
    },
    {
      description: 'Every statement that will be sent to the source, before one is',
      command: '<%= config.bin %> plan -m mappings/shop.yaml --sql',
    },
  ];
  static override flags = {
    ...mappingFlag,
    ...tableFlags,
    ...readFlags,
    ...selectionFlags,
    consistency: snapshotFlags.consistency,
    'source-patience': snapshotFlags['source-patience'],
    'chunk-size': runFlags['chunk-size'],
    ...sampleFlags,
    ...reportFlags,
    ...costFlags,
    capacity: capacityFlag({
      description:
        'Reckon with this capacity too, as migrate takes it: provisioned:20000, warm:20000. Write units a second of the table and of each index.',
      helpGroup: 'COST',
    }),
    preflight: Flags.boolean({
      description:
        'Describe the table (mode, throughput, indexes, quota): how long each takes of the load, what will be throttled, what to set.',
      helpGroup: 'COST',
    }),
    sql: Flags.boolean({
      description:
        'Show every statement that reading would send, by purpose, and read no row. The same flags as for migrate show what migrate would send.',
    }),
    measure: Flags.boolean({
      allowNo: true,
      description:
        'Have the source count values that DynamoDB cannot hold: one scan of each table that can hold such. On, unless --limit, --where-key or --sample make it a quick look.',
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
      const reading = {
        mapping,
        source,
        entities: flags.entity,
        selection: selectionOf(flags),
        measure: flags.measure,
        chunkSize: flags['chunk-size'],
        sourceConcurrency: flags['source-concurrency'],
        consistency: flags.consistency,
        signal: session.signal,
      };
      if (flags.sql) {
        const report = await planStatements(reading);
        return { report, text: renderStatements(report, flags.mapping), exit: EXIT.done };
      }
      const tableNow = flags.preflight ? await tableNowOf(mapping, flags, session) : undefined;
      const progress = showProgress(session, 'read');
      using history = recordHistory(progress.meter);
      try {
        const report = await plan({
          ...reading,
          samples: flags.samples,
          sourcePatienceMs: flags['source-patience'],
          log: session.log,
          sample: sampleOf(flags),
          keepPartitions: flags.html !== undefined,
          cost: await costOptionsOf(flags, session.signal),
          tableNow,
          meter: progress.meter,
          onPrepared: (prepared) => progress.start(expectedRows(prepared, flags)),
        });
        const { version } = this.config;
        await writeHtml(flags.html, { kind: 'plan', version, data: report, history: history.points() });
        const most = flags['max-cost'];
        const excess = most === undefined ? null : costExcess(report.cost, flags.capacity, most);
        const exit =
          excess !== null ? exitCodeOf(excess) : report.totals.rejects > 0 ? EXIT.findings : EXIT.done;
        const shown = renderPlan(report, flags.mapping, excess);
        return { report, text: await writeMarkdown(flags.markdown, () => planMarkdown(report), shown), exit };
      } finally {
        progress.stop();
      }
    });
  }
}

import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { EXIT } from '../cli/exit-codes.js';
import {
  mappingFlag,
  pageTokenFlag,
  selectionFlags,
  sourceFlag,
  stateFlag,
  tableFlags,
} from '../cli/flags.js';
import {
  openKnownSchema,
  openMapping,
  openSinkOf,
  openSourceOf,
  selectionOf,
  tableOf,
} from '../cli/open-run.js';
import { queryNames, renderPartition, shellWord } from '../cli/render-query.js';
import { renderShow } from '../cli/render-show.js';
import { terminalOf } from '../cli/terminal.js';
import { show } from '../operations/show.js';
import { showPartition } from '../operations/show-partition.js';

export default class Show extends BaseCommand {
  static override summary =
    'See the table before it exists: partitions, and the items that rows become in them.';
  static override description =
    'Reads a few rows, maps them and shows their items in the order of the table, entity by entity, each with its size and what a put costs in the table and in every index. Nothing is written and the table is not opened. With --entity and --where-key: all items of one row. With --partition: what the table really holds under that key, which needs no source.';
  static override examples = [
    '<%= config.bin %> show --mapping mappings/shop.yaml --source postgres://reader@localhost/shop',
    {
      description: 'Everything that becomes of one order',
      command: '<%= config.bin %> show -m mappings/shop.yaml --entity Order --where-key id=42',
    },
    {
      description: 'One partition of the table as it is',
      command: '<%= config.bin %> show -m mappings/shop.yaml --partition CUSTOMER#42',
    },
  ];
  static override flags = {
    ...mappingFlag,
    ...sourceFlag,
    ...tableFlags,
    ...stateFlag,
    ...selectionFlags,
    ...pageTokenFlag,
    partition: Flags.string({
      helpValue: 'KEY',
      exclusive: ['entity', 'where-key'],
      description: 'Read this partition from the table, by the value of its partition key.',
    }),
    limit: Flags.integer({
      min: 1,
      max: 10_000,
      helpValue: 'ROWS',
      description: 'Rows of each entity (default 3), or items of the partition (default 100).',
    }),
    'where-key': Flags.string({
      multiple: true,
      helpValue: 'COLUMN=VALUE,…',
      description: 'Only this row, by its primary key; repeat for more. Needs one --entity.',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Show);
    await this.perform(flags, async (session) => {
      const mapping = await openMapping(flags);
      if (flags.partition !== undefined) {
        const { resolved } = await openKnownSchema(mapping, flags, session);
        await using sink = await openSinkOf(mapping, { ...flags, concurrency: 1 }, session);
        const { partition, limit, 'page-token': pageToken } = flags;
        const report = await showPartition({
          resolved,
          sink,
          partition,
          limit,
          pageToken,
          signal: session.signal,
        });
        const next = `tablefold show --partition ${shellWord(partition)} --mapping ${flags.mapping}`;
        const text = renderPartition(report, queryNames(resolved, null), terminalOf(), next);
        return { report, text, exit: EXIT.done };
      }
      await using source = await openSourceOf(flags, session);
      const report = await show({
        mapping,
        source,
        entities: flags.entity,
        selection: selectionOf(flags),
        signal: session.signal,
      });
      const text = renderShow(report, tableOf(mapping), flags.mapping, terminalOf());
      return { report, text, exit: report.rejects.length > 0 ? EXIT.findings : EXIT.done };
    });
  }
}

import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { EXIT } from '../cli/exit-codes.js';
import { mappingFlag, outputFlags, pageTokenFlag, sourceFlag, stateFlag, tableFlags } from '../cli/flags.js';
import { openKnownSchema, openMapping, openSinkOf } from '../cli/open-run.js';
import { splitParameters } from '../cli/parameters.js';
import { commandText, queryNames, renderQuery } from '../cli/render-query.js';
import { terminalOf } from '../cli/terminal.js';
import { query } from '../operations/query.js';

export default class Query extends BaseCommand {
  static override summary = 'Run an access pattern of the mapping and show the entities it finds.';
  static override description =
    "Each parameter of the pattern is a flag of its name. Values are written into keys as migrate writes them: by the types of the columns, which the run's checkpoint remembers (--state), so that no source is needed; without such a run the source is asked for its schema. Only Query, never Scan; a sharded partition is asked shard by shard and merged in order.";
  static override examples = [
    '<%= config.bin %> query ordersOfCustomer --customerId 42 --mapping mappings/shop.yaml',
    {
      description: 'Every item as DynamoDB JSON, numbers exact',
      command: '<%= config.bin %> query ordersOfCustomer --customerId 42 --all --json -m mappings/shop.yaml',
    },
    {
      description: 'A parameter that is called as a flag is',
      command: '<%= config.bin %> query lastOrders --param limit=3 -m mappings/shop.yaml',
    },
  ];
  static override args = {
    pattern: Args.string({ required: true, description: 'Name of an access pattern.' }),
  };
  static override flags = {
    ...mappingFlag,
    ...tableFlags,
    ...stateFlag,
    ...sourceFlag,
    ...pageTokenFlag,
    param: Flags.string({
      multiple: true,
      helpValue: 'NAME=VALUE',
      description: 'A parameter of the pattern; the same as --NAME VALUE.',
    }),
    limit: Flags.integer({
      min: 1,
      helpValue: 'ITEMS',
      exclusive: ['all'],
      description: "The most items. Default: the pattern's limit, else 100.",
    }),
    all: Flags.boolean({ exclusive: ['limit'], description: 'Every item, page by page, held in memory.' }),
    consistent: Flags.boolean({
      default: true,
      allowNo: true,
      description: 'Strongly consistent reads of the table (twice the read units). Indexes never are.',
    }),
  };

  async run(): Promise<void> {
    const { own, parameters } = splitParameters(this.argv, { ...outputFlags, ...Query.flags });
    const { flags, args } = await this.parse(Query, own);
    await this.perform(flags, async (session) => {
      const mapping = await openMapping(flags);
      const { resolved, changed, from } = await openKnownSchema(mapping, flags, session);
      if (changed) {
        session.log.warn({ from }, 'the mapping has changed since: keys are made as it is now');
      }
      await using sink = await openSinkOf(mapping, { ...flags, concurrency: 16 }, session);
      const report = await query({
        mapping,
        resolved,
        sink,
        pattern: args.pattern,
        parameters,
        limit: flags.all ? 'all' : flags.limit,
        pageToken: flags['page-token'],
        consistent: flags.consistent,
        signal: session.signal,
      });
      const next = `tablefold query ${args.pattern}${commandText(parameters)} --mapping ${flags.mapping}`;
      const text = renderQuery(report, queryNames(resolved, report.index), terminalOf(), next);
      return { report, text, exit: EXIT.done };
    });
  }
}

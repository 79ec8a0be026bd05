import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { confirmWrite } from '../../cli/confirm.js';
import { EXIT } from '../../cli/exit-codes.js';
import { capacityFlag, mappingFlag, runFlags, stateFlag, tableFlags } from '../../cli/flags.js';
import { capacityWatch, openDynamoDbOf, openMapping, openStateOf, tableOf } from '../../cli/open-run.js';
import { renderCapacity } from '../../cli/render-capacity.js';
import { restoreTableCapacity, setCapacity, showCapacity } from '../../operations/capacity.js';

export default class TableCapacity extends BaseCommand {
  static override summary = 'Show, raise and take back what the table takes a second.';
  static override description =
    'Shows it. With --set it is raised, table and global indexes, and --state keeps what it was; --restore takes that back, also after a run that raised it was killed. Limits of the account and of the day are looked at first; auto scaling is suspended while it is raised, and goes on afterwards as it was set up.';
  static override examples = [
    '<%= config.bin %> table capacity --mapping mappings/shop.yaml',
    {
      description: 'Fast at once: 20,000 write units a second on the table and on each index',
      command: '<%= config.bin %> table capacity -m mappings/shop.yaml --set provisioned:20000',
    },
    {
      description: 'As it was before',
      command: '<%= config.bin %> table capacity -m mappings/shop.yaml --restore',
    },
  ];
  static override flags = {
    ...mappingFlag,
    ...tableFlags,
    ...stateFlag,
    set: capacityFlag({
      exclusive: ['restore'],
      description:
        'provisioned:20000 (write units a second), provisioned:20000/500 (and read units), on-demand; or warm:20000, which is billed once and cannot be taken back.',
    }),
    restore: Flags.boolean({ description: 'Take back what --set, or a run with --capacity, has raised.' }),
    yes: runFlags.yes,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TableCapacity);
    await this.perform(flags, async (session) => {
      const mapping = await openMapping(flags);
      await using dynamo = await openDynamoDbOf(flags, session);
      await using state = await openStateOf(flags);
      const options = { mapping, dynamo, state, ...capacityWatch(mapping, session) };
      const goal = flags.set;
      if ((goal !== undefined || flags.restore) && !dynamo.local) {
        const what = `${flags.restore ? 'Take back' : 'Change'} the capacity of table ${tableOf(mapping).name} in region ${dynamo.region}`;
        await confirmWrite(what, flags, session.signal);
      }
      const report = flags.restore
        ? await restoreTableCapacity(options)
        : goal === undefined
          ? await showCapacity(options)
          : await setCapacity(options, goal);
      return { report, text: renderCapacity(report, flags.mapping), exit: EXIT.done };
    });
  }
}

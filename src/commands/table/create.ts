import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { confirmWrite } from '../../cli/confirm.js';
import { EXIT } from '../../cli/exit-codes.js';
import { mappingFlag, runFlags, tableFlags } from '../../cli/flags.js';
import { openDynamoDbOf, openMapping } from '../../cli/open-run.js';
import { renderTable } from '../../cli/render-table.js';
import { createMappedTable } from '../../operations/table.js';

export default class TableCreate extends BaseCommand {
  static override summary = 'Create the DynamoDB table that the mapping needs.';
  static override description =
    'Keys, indexes with their projections, and time to live; waits until it is active. A table that exists is compared and never changed: exit 5 when it differs.';
  static override examples = [
    '<%= config.bin %> table create --mapping mappings/shop.yaml --region eu-west-1',
    {
      description: 'On DynamoDB Local',
      command: '<%= config.bin %> table create -m mappings/shop.yaml --endpoint-url http://127.0.0.1:8000',
    },
    {
      description: 'With provisioned capacity',
      command: '<%= config.bin %> table create -m mappings/shop.yaml --write-units 1000 --read-units 100',
    },
  ];
  static override flags = {
    ...mappingFlag,
    ...tableFlags,
    'write-units': Flags.integer({
      min: 1,
      helpValue: 'UNITS/S',
      dependsOn: ['read-units'],
      description: 'Provisioned write capacity of table and indexes. Default: on-demand.',
    }),
    'read-units': Flags.integer({
      min: 1,
      helpValue: 'UNITS/S',
      dependsOn: ['write-units'],
      description: 'Provisioned read capacity of table and indexes. Default: on-demand.',
    }),
    yes: runFlags.yes,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TableCreate);
    await this.perform(flags, async (session) => {
      const mapping = await openMapping(flags);
      await using dynamo = await openDynamoDbOf(flags, session);
      if (!dynamo.local) {
        const what = `Create table ${mapping.mapping.table.name} in region ${dynamo.region}`;
        await confirmWrite(what, flags, session.signal);
      }
      const { 'write-units': write, 'read-units': read } = flags;
      const billing = write === undefined || read === undefined ? 'on-demand' : { read, write };
      const report = await createMappedTable({ mapping, dynamo, billing, signal: session.signal });
      const exit = report.differences.length > 0 ? EXIT.sink : EXIT.done;
      return { report, text: renderTable(report, flags.mapping), exit };
    });
  }
}

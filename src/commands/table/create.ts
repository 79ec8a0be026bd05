import { BaseCommand } from '../../cli/base-command.js';
import { confirmWrite } from '../../cli/confirm.js';
import { EXIT } from '../../cli/exit-codes.js';
import { mappingFlag, runFlags, tableFlags } from '../../cli/flags.js';
import { openDynamoDbOf, openMapping } from '../../cli/open-run.js';
import { renderTable } from '../../cli/render-table.js';
import { emitFlag, settingsFlags, settingsOf } from '../../cli/table-settings.js';
import { createMappedTable, emitMappedTable } from '../../operations/table.js';

export default class TableCreate extends BaseCommand {
  static override summary = 'Create the DynamoDB table that the mapping needs.';
  static override description =
    'Keys, indexes with their projections, and time to live; waits until it is active. A table that exists is compared and never changed: exit 5 when it differs, with what it takes to change that. With --emit nothing is made: the table is printed for CloudFormation, the CDK (TypeScript) or Terraform.';
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
    {
      description: 'On-demand, ready for 20,000 write units a second, and hard to lose',
      command:
        '<%= config.bin %> table create -m mappings/shop.yaml --warm-write-units 20000 --point-in-time-recovery --deletion-protection',
    },
    {
      description: 'For those who keep their tables in Terraform',
      command: '<%= config.bin %> table create -m mappings/shop.yaml --emit terraform',
    },
  ];
  static override flags = {
    ...mappingFlag,
    ...tableFlags,
    ...settingsFlags,
    ...emitFlag,
    yes: runFlags.yes,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TableCreate);
    await this.perform(flags, async (session) => {
      const mapping = await openMapping(flags);
      const settings = settingsOf(flags);
      if (flags.emit !== undefined) {
        const report = emitMappedTable(mapping, flags.emit, settings);
        return { report, text: report.text, exit: EXIT.done };
      }
      await using dynamo = await openDynamoDbOf(flags, session);
      if (!dynamo.local) {
        const what = `Create table ${mapping.mapping.table.name} in region ${dynamo.region}`;
        await confirmWrite(what, flags, session.signal);
      }
      const report = await createMappedTable({ mapping, dynamo, settings, signal: session.signal });
      const exit = report.differences.length > 0 ? EXIT.sink : EXIT.done;
      return { report, text: renderTable(report, flags.mapping), exit };
    });
  }
}

import { BaseCommand } from '../../cli/base-command.js';
import { EXIT } from '../../cli/exit-codes.js';
import { mappingFlag, tableFlags } from '../../cli/flags.js';
import { openDynamoDbOf, openMapping } from '../../cli/open-run.js';
import { renderTable } from '../../cli/render-table.js';
import { showTable } from '../../operations/table.js';

export default class TableShow extends BaseCommand {
  static override summary = 'Show the table and where it differs from what the mapping needs.';
  static override description =
    'Reads the description of the table only. Exits 5 when there is no such table or its keys, indexes or time to live differ.';
  static override examples = [
    '<%= config.bin %> table show --mapping mappings/shop.yaml --region eu-west-1',
    '<%= config.bin %> table show -m mappings/shop.yaml --table shop-staging --json',
  ];
  static override flags = { ...mappingFlag, ...tableFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(TableShow);
    await this.perform(flags, async (session) => {
      const mapping = await openMapping(flags);
      await using dynamo = await openDynamoDbOf(flags, session);
      const report = await showTable({ mapping, dynamo, signal: session.signal });
      const exit = report.differences.length > 0 ? EXIT.sink : EXIT.done;
      return { report, text: renderTable(report, flags.mapping), exit };
    });
  }
}

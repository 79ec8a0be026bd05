import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { EXIT } from '../../cli/exit-codes.js';
import { mappingFlag, tableFlags } from '../../cli/flags.js';
import { openDynamoDbOf, openMapping } from '../../cli/open-run.js';
import { bytes, count } from '../../cli/table.js';
import { usageError } from '../../operations/errors.js';
import { deleteMappedTable } from '../../operations/table.js';

export default class TableDelete extends BaseCommand {
  static override summary = 'Delete the DynamoDB table of the mapping, with everything in it.';
  static override description =
    'Waits until it is gone. Nothing happens unless --confirm repeats the name of the table: without it, the command says what would go and exits 2. What deletion protection guards is refused.';
  static override examples = [
    '<%= config.bin %> table delete --mapping mappings/shop.yaml --table shop-staging --confirm shop-staging',
  ];
  static override flags = {
    ...mappingFlag,
    ...tableFlags,
    confirm: Flags.string({ helpValue: 'TABLE', description: 'The name of the table, once more.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TableDelete);
    await this.perform(flags, async (session) => {
      const mapping = await openMapping(flags);
      await using dynamo = await openDynamoDbOf(flags, session);
      const report = await deleteMappedTable({
        mapping,
        dynamo,
        signal: session.signal,
        onFound: async ({ name, account, region, items, bytes: size }) => {
          if (flags.confirm === name) return;
          const what = `table ${name} (account ${account ?? 'unknown'}, ${region}) with about ${count(items)} items, ${bytes(size)}`;
          throw usageError(
            flags.confirm === undefined ? 'USAGE_MISSING' : 'USAGE_VALUE',
            flags.confirm === undefined
              ? `${what} would be deleted, and nothing was`
              : `--confirm ${flags.confirm} is not the name of ${what}; nothing was deleted`,
            { hint: `To delete it for good, add --confirm ${name}.` },
          );
        },
      });
      const text = `Deleted: ${report.table} (account ${report.account ?? 'unknown'}, ${report.region})\n`;
      return { report, text, exit: EXIT.done };
    });
  }
}

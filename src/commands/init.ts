import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { questionsOf } from '../cli/draft-questions.js';
import { EXIT } from '../cli/exit-codes.js';
import { sourceFlag } from '../cli/flags.js';
import { openSourceOf, requireTableName } from '../cli/open-run.js';
import { renderInit } from '../cli/render-init.js';
import { refuseFile, writeMappingFile } from '../cli/write-mapping-file.js';
import { init } from '../operations/init.js';

export default class Init extends BaseCommand {
  static override summary = 'Draft a mapping from a live source: one that passes check and migrates at once.';
  static override description =
    'Reads the schema, the statistics and what the source was seen being asked, has it count values that DynamoDB cannot hold, and writes a YAML file whose comments explain each choice and what is left to decide. Reads only; the one thing written is the file.';
  static override examples = [
    '<%= config.bin %> init --source postgres://reader@localhost/shop',
    {
      description: 'Some tables only, into a file and for a DynamoDB table of these names',
      command:
        '<%= config.bin %> init --output mappings/sales.yaml --table sales --include order* --exclude order_archive',
    },
  ];
  static override flags = {
    ...sourceFlag,
    output: Flags.string({
      char: 'o',
      default: 'mapping.yaml',
      helpValue: 'FILE',
      description: 'Where to write the mapping: .yaml or .yml. A file that is there is not overwritten.',
    }),
    force: Flags.boolean({ description: 'Overwrite the file.' }),
    table: Flags.string({
      char: 't',
      helpValue: 'NAME',
      description: 'DynamoDB table; default the name of the database.',
    }),
    schema: Flags.string({
      multiple: true,
      helpValue: 'NAME',
      description: "Schemas to draft; default the session's own. Repeat for more.",
    }),
    include: Flags.string({
      multiple: true,
      helpValue: 'TABLE',
      description: 'Only these tables; * and ? stand for any letters. Repeat for more.',
    }),
    exclude: Flags.string({
      multiple: true,
      helpValue: 'TABLE',
      description: 'Not these tables. Repeat for more.',
    }),
    decline: Flags.string({
      multiple: true,
      helpValue: 'CHOICE',
      description:
        'Not this: "orders(rep_id)" as an access pattern, "join orders(country_id)". Repeat for more.',
    }),
    interactive: Flags.boolean({
      allowNo: true,
      description:
        'Ask which tables, joins and access patterns to draft; default on a terminal, unless flags say it.',
    }),
    measure: Flags.boolean({
      default: true,
      allowNo: true,
      description: 'Have the source count rows and values at risk: a scan of each table that can hold such.',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Init);
    await this.perform(flags, async (session) => {
      requireTableName(flags.table);
      await refuseFile(flags.output, flags.force);
      await using source = await openSourceOf(flags, session);
      const { text, report } = await init({
        source,
        file: flags.output,
        tableName: flags.table,
        selection: { schemas: flags.schema, include: flags.include, exclude: flags.exclude },
        measure: flags.measure,
        declined: flags.decline,
        questions: questionsOf(flags, session.signal),
        signal: session.signal,
      });
      await writeMappingFile(flags.output, text, flags.force);
      return { report, text: renderInit(report), exit: report.errors > 0 ? EXIT.configuration : EXIT.done };
    });
  }
}

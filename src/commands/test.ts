import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { EXIT } from '../cli/exit-codes.js';
import { mappingFlag, sourceFlag } from '../cli/flags.js';
import { openMapping, openSourceOf } from '../cli/open-run.js';
import { renderTest } from '../cli/render-test.js';
import { examplesOf, testMapping } from '../operations/test-mapping.js';

export default class Test extends BaseCommand {
  static override summary = "Run a mapping's own examples: rows in, expected items out, no database.";
  static override description =
    'Reads schema.json, rows.yaml and expected.yaml of a folder, maps the rows in memory and compares. Exits 6 when something differs.';
  static override examples = [
    '<%= config.bin %> test --mapping mappings/shop.yaml',
    {
      description: 'Write the columns and keys of the mapped tables first, from SOURCE_URL, and the items',
      command: '<%= config.bin %> test -m mappings/shop.yaml --learn-schema --update',
    },
  ];
  static override flags = {
    ...mappingFlag,
    ...sourceFlag,
    examples: Flags.string({
      helpValue: 'DIR',
      description: 'Folder of the examples; default beside the mapping: shop.yaml has shop.examples.',
    }),
    update: Flags.boolean({
      description: 'Write what the mapping makes to expected.yaml instead of comparing.',
    }),
    'learn-schema': Flags.boolean({
      description: 'Write schema.json from the source first: columns and keys of the mapped tables, no rows.',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Test);
    await this.perform(flags, async (session) => {
      const mapping = await openMapping(flags);
      const learn = flags['learn-schema'];
      await using schemaOf = learn ? await openSourceOf(flags, session) : null;
      const report = await testMapping({
        mapping,
        examples: flags.examples ?? examplesOf(flags.mapping),
        update: flags.update,
        schemaOf: schemaOf ?? undefined,
        signal: session.signal,
      });
      const exit = report.differences.length > 0 ? EXIT.findings : EXIT.done;
      return { report, text: renderTest(report), exit };
    });
  }
}

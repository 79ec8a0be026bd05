import { BaseCommand } from '../cli/base-command.js';
import { EXIT } from '../cli/exit-codes.js';
import { mappingFlag, sourceFlag, strictFlag } from '../cli/flags.js';
import { openMapping, openSourceOf } from '../cli/open-run.js';
import { renderCheck } from '../cli/render-check.js';
import { check } from '../operations/check.js';

export default class Check extends BaseCommand {
  static override summary = 'Check a mapping against the live source: every problem at once.';
  static override description =
    'Reads the schema and the statistics of the source, no rows, and writes nothing. Exits 3 when the mapping has errors; warnings alone exit 0, and 6 with --strict.';
  static override examples = [
    '<%= config.bin %> check --mapping mappings/shop.yaml --source postgres://reader@localhost/shop',
    {
      description: 'For a pull request, as JSON',
      command: '<%= config.bin %> check -m mappings/shop.yaml --strict --json',
    },
  ];
  static override flags = { ...mappingFlag, ...sourceFlag, ...strictFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(Check);
    await this.perform(flags, async (session) => {
      const mapping = await openMapping(flags);
      await using source = await openSourceOf(flags, session);
      const report = await check({ mapping, source, signal: session.signal });
      const found = flags.strict && report.warnings > 0 ? EXIT.findings : EXIT.done;
      const exit = report.errors > 0 ? EXIT.configuration : found;
      return { report, text: renderCheck(report), exit };
    });
  }
}

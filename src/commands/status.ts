import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { EXIT } from '../cli/exit-codes.js';
import { stateFlag } from '../cli/flags.js';
import { openStateOf } from '../cli/open-run.js';
import { renderStatus } from '../cli/render-status.js';
import { status } from '../operations/status.js';

export default class Status extends BaseCommand {
  static override summary = 'How far a run is.';
  static override description = 'Reads the checkpoint only, also while the run is live.';
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status shop --json'];
  static override args = {
    run: Args.string({ description: 'Name of the run: that of its table. Default: all.' }),
  };
  static override flags = { ...stateFlag };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Status);
    await this.perform(flags, async () => {
      await using state = await openStateOf(flags);
      const report = await status(state, args.run);
      return { report, text: renderStatus(report), exit: EXIT.done };
    });
  }
}

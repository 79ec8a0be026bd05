import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { EXIT } from '../cli/exit-codes.js';
import { newLimitFlag, stateFlag } from '../cli/flags.js';
import { openStateOf } from '../cli/open-run.js';
import { renderControl } from '../cli/render-control.js';
import { control } from '../operations/control.js';

export default class Control extends BaseCommand {
  static override summary = 'Pause a live run, let it go on, or change its rate.';
  static override description =
    'Works from any shell that reaches the state of the run. A pause ends writing at once and, when its memory is full, reading; what is under way lands, and the snapshot is kept. What is asked holds as long as the process lives: a resume begins with its own flags.';
  static override examples = [
    '<%= config.bin %> control --pause',
    '<%= config.bin %> control --go-on',
    '<%= config.bin %> control shop --max-write-units 500',
    '<%= config.bin %> control --max-write-units unlimited',
  ];
  static override args = {
    run: Args.string({ description: 'Name of the run: that of its table. Default: the one that is live.' }),
  };
  static override flags = {
    ...stateFlag,
    pause: Flags.boolean({ summary: 'Write nothing until --go-on.', exclusive: ['go-on'] }),
    'go-on': Flags.boolean({ summary: 'End the pause.' }),
    'max-write-units': newLimitFlag({
      summary:
        'Write units a second from now on, such as 500 or 80%; unlimited: as fast as the table takes them.',
    }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Control);
    await this.perform(flags, async ({ signal }) => {
      await using state = await openStateOf(flags);
      const report = await control({
        state,
        run: args.run,
        change: {
          paused: flags.pause ? true : flags['go-on'] ? false : undefined,
          maxWriteUnits: flags['max-write-units'],
        },
        signal,
      });
      return { report, text: renderControl(report), exit: EXIT.done };
    });
  }
}

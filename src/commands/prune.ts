import { Flags, type Interfaces } from '@oclif/core';
import { BaseCommand, type Outcome, type Session } from '../cli/base-command.js';
import { EXIT } from '../cli/exit-codes.js';
import { mappingFlag, runFlags, sourceFlag, tableFlags } from '../cli/flags.js';
import {
  maxWriteUnitsOf,
  openMapping,
  openSinkOf,
  openSourceOf,
  recoveryOf,
  tableOf,
} from '../cli/open-run.js';
import { renderPrune, renderUndo } from '../cli/render-prune.js';
import { usageError } from '../operations/errors.js';
import { prune } from '../operations/prune.js';
import { MAX_DELETES, type MaxDeletes, parseMaxDeletes } from '../operations/prune-limits.js';
import { undoPrune } from '../operations/undo-prune.js';

const maxDeletesFlag = Flags.custom<MaxDeletes>({
  helpValue: 'N|N%',
  parse: async (text) => parseMaxDeletes(text),
});

/** Requests under way at once. */
const CONCURRENCY = 16;

export default class Prune extends BaseCommand {
  static override summary = 'Delete the orphans that a diff found.';
  static override description =
    'Takes the file of a diff of all entities that is not older than 24 hours. Each orphan is looked at again, its row and then the item: what is not any more what the diff saw stays. Nothing is deleted unless --confirm repeats the name of the table; each item is in the undo file before it is deleted, and --undo puts it back where its key is free. Exit 6 when an item stayed.';
  static override examples = [
    {
      description: 'What of the orphans that `diff --out differences.ndjson` found would be deleted',
      command: '<%= config.bin %> prune -m mappings/shop.yaml --differences differences.ndjson',
    },
    {
      description: 'Delete them',
      command:
        '<%= config.bin %> prune -m mappings/shop.yaml --differences differences.ndjson --confirm shop --out deleted.ndjson',
    },
    {
      description: 'Put them back',
      command: '<%= config.bin %> prune -m mappings/shop.yaml --undo deleted.ndjson --confirm shop',
    },
  ];
  static override flags = {
    ...mappingFlag,
    ...sourceFlag,
    ...tableFlags,
    differences: Flags.string({
      helpValue: 'FILE',
      exactlyOne: ['differences', 'undo'],
      description: 'What `diff --out FILE` has written.',
    }),
    undo: Flags.string({ helpValue: 'FILE', description: 'Put back what is in this undo file.' }),
    confirm: Flags.string({ helpValue: 'TABLE', description: 'The name of the table, once more.' }),
    out: Flags.string({
      helpValue: 'FILE',
      exclusive: ['undo'],
      description: "The new undo file. Default: beside the diff's file, by its name and the time.",
    }),
    'max-deletes': maxDeletesFlag({
      default: MAX_DELETES,
      defaultHelp: async () => '1%',
      exclusive: ['undo'],
      description: 'Delete nothing when the diff found more, in items or of the items in the table.',
    }),
    'without-pitr': Flags.boolean({
      exclusive: ['undo'],
      description: 'Delete although point-in-time recovery of the table is off or cannot be told.',
    }),
    'max-write-units': runFlags['max-write-units'],
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Prune);
    await this.perform(flags, (session) =>
      flags.undo === undefined ? this.#prune(flags, session) : this.#undo(flags, flags.undo, session),
    );
  }

  async #prune(flags: PruneFlags, session: Session): Promise<Outcome> {
    const mapping = await openMapping(flags);
    const { name } = tableOf(mapping);
    const confirmed = isConfirmed(flags.confirm, name);
    await using source = await openSourceOf(flags, session);
    await using sink = await openSinkOf(mapping, { ...flags, concurrency: CONCURRENCY }, session);
    const { differences = '', out = undoFileOf(differences) } = flags;
    const report = await prune({
      ...{ mapping, source, sink, differences },
      undo: confirmed ? out : null,
      maxDeletes: flags['max-deletes'],
      pointInTimeRecovery: () => recoveryOf(mapping, flags, session),
      withoutRecovery: flags['without-pitr'],
      maxWriteUnits: await maxWriteUnitsOf(mapping, flags, session),
      log: session.log,
      signal: session.signal,
    });
    const stayed = report.mode === 'pruned' && report.deleted + report.gone < report.orphans;
    return { report, text: renderPrune(report, name), exit: stayed ? EXIT.findings : EXIT.done };
  }

  async #undo(flags: PruneFlags, undo: string, session: Session): Promise<Outcome> {
    const mapping = await openMapping(flags);
    const table = tableOf(mapping);
    await using sink = await openSinkOf(mapping, { ...flags, concurrency: CONCURRENCY }, session);
    const report = await undoPrune({
      ...{ table, sink, undo, signal: session.signal },
      dry: !isConfirmed(flags.confirm, table.name),
      maxWriteUnits: await maxWriteUnitsOf(mapping, flags, session),
    });
    const stayed = report.mode === 'undone' && report.restored < report.items;
    return { report, text: renderUndo(report, table.name), exit: stayed ? EXIT.findings : EXIT.done };
  }
}

type PruneFlags = Interfaces.InferredFlags<typeof Prune.flags>;

/** Throws `USAGE_VALUE` for the name of another table. */
function isConfirmed(confirm: string | undefined, table: string): boolean {
  if (confirm === undefined) return false;
  if (confirm === table) return true;
  throw usageError('USAGE_VALUE', `--confirm ${confirm} is not the name of the table; nothing was changed`, {
    hint: `The table is ${table}: add --confirm ${table}, or name another with --table.`,
  });
}

/** `differences.ndjson` → `differences.undo-20260131T093000Z.ndjson` */
function undoFileOf(differences: string): string {
  const moment = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${differences.replace(/\.ndjson$/, '')}.undo-${moment}.ndjson`;
}

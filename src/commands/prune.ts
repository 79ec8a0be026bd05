import { Flags, type Interfaces } from '@oclif/core';
import { BaseCommand, type Outcome, type Session } from '../cli/base-command.js';
import { deletionFlags, isConfirmed, undoFileOf } from '../cli/deletion-flags.js';
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
import { prune } from '../operations/prune/prune.js';
import { hasStayed } from '../operations/prune/prune-report.js';
import { undoPrune } from '../operations/prune/undo-prune.js';

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
    ...deletionFlags({ exclusive: ['undo'] }, "beside the diff's file, by its name and the time", {}),
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
    return { report, text: renderPrune(report, name), exit: hasStayed(report) ? EXIT.findings : EXIT.done };
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
